// tus-js-client hands in one file: node upload.cjs '{"endpoint", "file", "headers", "metadata", "chunkSize", "until"}'
// It says "sent N of M" after each chunk, and "done URL" or "failed SENTENCE" at its end; `until` makes it stop there.
const fs = require("node:fs");
const tus = require("tus-js-client");

const asked = JSON.parse(process.argv[2]);
const store = new tus.FileUrlStorage(`${asked.file}.urls`);
const upload = new tus.Upload(fs.createReadStream(asked.file), {
  endpoint: asked.endpoint,
  headers: asked.headers,
  metadata: asked.metadata,
  chunkSize: asked.chunkSize,
  uploadSize: fs.statSync(asked.file).size,
  retryDelays: asked.retryDelays || [],
  urlStorage: store,
  fingerprint: async () => `file-${asked.metadata.sha256}`,
  onChunkComplete: (_chunk, sent, total) => {
    process.stdout.write(`sent ${sent} of ${total}\n`);
    if (asked.until && sent >= asked.until) process.exit(3);
  },
  onError: (error) => {
    const answer = error.originalResponse;
    process.stdout.write(`failed ${answer ? `${answer.getStatus()} ${answer.getBody()}` : error.message}\n`);
    process.exit(1);
  },
  onSuccess: () => process.stdout.write(`done ${upload.url}\n`),
});

upload.findPreviousUploads().then((former) => {
  if (former.length) upload.resumeFromPreviousUpload(former[0]);
  upload.start();
});

#!/bin/sh
# Runs a verb of qianshao-district as the service's own user, with its state folder and its key.
# Files that root made beside the store would be closed to the service.
exec systemd-run --quiet --collect --pipe --wait \
  -p DynamicUser=yes -p User=qianshao-district -p UMask=0077 \
  -p StateDirectory=qianshao-district -p StateDirectoryMode=0700 \
  -p LoadCredential=district-key:/etc/qianshao-district/district.key \
  /opt/qianshao/.venv/bin/qianshao-district "$@"

"""Files that people bring and take away: ledgers in, refused rows and exports out. Every file is read as hostile."""

@node "%~dp0provider.js" %*

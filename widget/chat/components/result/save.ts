// Hands a file to the visitor. The link is never put into the page.

/** Long enough for the browser to have begun reading the blob. */
const keepMs = 30_000;

export function saveBlob(blob: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), keepMs);
}

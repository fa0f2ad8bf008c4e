// File summaries as the server makes them, for simple files without quoted newlines.

function typeOf(values) {
  const filled = values.filter((value) => value !== '' && value !== undefined).slice(0, 100);
  if (filled.length === 0) return 'empty';
  if (filled.every((value) => !Number.isNaN(Number(value)))) return 'number';
  if (filled.every((value) => /^(true|false|yes|no)$/i.test(value))) return 'boolean';
  return filled.every((value) => /^\d{4}-\d{2}-\d{2}/.test(value)) ? 'date' : 'string';
}

export function summaryOf(fileType, content) {
  if (!content.trim()) throw new Error('Failed to process file: it is empty');
  if (fileType === 'json') {
    const data = JSON.parse(content);
    const keys = Object.keys(Array.isArray(data) ? (data[0] ?? {}) : data);
    return Array.isArray(data)
      ? { type: 'array', length: data.length, firstItemKeys: keys, dataTypes: {} }
      : { type: 'object', keys, dataTypes: {} };
  }
  const [head, ...rows] = content
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const columnTypes = Object.fromEntries(
    head.map((name, at) => [name, typeOf(rows.slice(0, 100).map((row) => row[at]))]),
  );
  return {
    columnCount: head.length,
    rowCount: rows.length,
    columns: head,
    sampleData: [],
    columnTypes,
  };
}

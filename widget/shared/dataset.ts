// What the server says about a file: its tables and columns over all rows, and rows of a query.

export type ColumnType = 'integer' | 'real' | 'boolean' | 'date' | 'timestamp' | 'text';

export interface ProfileColumn {
  /** In SQL. */
  name: string;
  /** As it stands in the file. */
  title: string;
  type: ColumnType;
  unit?: string;
  note?: string;
  values: number;
  nulls: number;
  distinct: number;
  distinctIsEstimate?: boolean;
  min?: string;
  max?: string;
  mean?: number;
  top?: { value: string; count: number }[];
  examples?: string[];
}

export interface ProfileTable {
  /** In SQL. */
  name: string;
  /** For people: "orders.csv", "orders.json › lines". */
  title: string;
  rows: number;
  columns: ProfileColumn[];
  notes: string[];
}

export interface FileInfo {
  /** Absent from servers that hold one file per session. */
  fileId?: string;
  fileName: string;
  fileType: string;
  fileSize: number;
  uploadedAt?: string;
  sha256?: string;
  summary: Record<string, unknown>;
  profile?: { tables: ProfileTable[] };
}

export interface FileList {
  files: FileInfo[];
  filesMax: number;
}

export type Cell = string | number | boolean | null;

export interface QueryResult {
  columns: { name: string; type: string }[];
  rows: Cell[][];
  rowCount: number;
}

// Views that are not needed to open the panel, as one chunk of their own.

export { FileCard } from '../files/file-card';
export { Files } from '../files/files';
export { Menu } from '../menu/menu';
export { Uploads } from '../upload/upload';

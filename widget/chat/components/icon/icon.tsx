// Line icons on a 24 px grid, drawn with the current text colour.

const paths = {
  close: 'M6 9l6 6 6-6',
  cross: 'M6 6l12 12M18 6L6 18',
  menu: 'M5 12h.01M12 12h.01M19 12h.01',
  back: 'M15 5l-7 7 7 7',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8z',
  attach:
    'M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.5-8.5a3.5 3.5 0 0 1 5 5' +
    'l-8.5 8.4a1.7 1.7 0 0 1-2.5-2.4l7.7-7.7',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  retry: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  bin: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  down: 'M12 5v14M6 13l6 6 6-6',
  alert: 'M12 8v5M12 16.5v.01M12 3l9.5 17h-19z',
  next: 'M9 6l6 6-6 6',
  chat: 'M4 5h16v11H9l-5 4z',
  table: 'M4 5h16v14H4zM4 10h16M10 10v9',
} as const;

export type IconName = keyof typeof paths;

/** One stroke on the grid, for icons that only a later part needs. */
export function Stroke({ name, path, size }: { name: string; path: string; size: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={name === 'menu' ? 3 : 2}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={path} />
    </svg>
  );
}

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return <Stroke name={name} path={paths[name]} size={size} />;
}

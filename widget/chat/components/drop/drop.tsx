// The target that covers the panel while a file is dragged over it.

import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../context';
import type { State } from '../../model/state';
import { Icon } from '../icon/icon';

export function Drop({ state }: { state: State }) {
  const { i18n, files } = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const withFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const move = (change: number) => (event: DragEvent) => {
      if (!withFile(event)) return;
      event.preventDefault();
      depth = Math.max(0, depth + change);
      setOver(depth > 0);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      depth = 0;
      setOver(false);
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (dropped.length) files.use((all) => all.add(dropped));
    };
    const listeners = [
      ['dragenter', move(1)],
      ['dragleave', move(-1)],
      ['dragover', move(0)],
      ['drop', drop],
    ] as const;
    for (const [name, listener] of listeners) document.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of listeners) document.removeEventListener(name, listener);
    };
  }, [files]);
  if (!over) return null;
  const size = i18n.bytes(state.bot?.uploadMaxBytes ?? 10_485_760);
  return (
    <div class="drop">
      <div>
        <Icon name="attach" size={32} />
        <strong>{i18n.t('dropTitle')}</strong>
        <span>{i18n.t('dropHint', { size })}</span>
      </div>
    </div>
  );
}

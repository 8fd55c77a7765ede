// SPDX-License-Identifier: MIT
import { useT } from '../../i18n/index.ts';
import './keys.css';

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

/** The twelve keys of a telephone with their letters. `onLongPress` is for 0, which then means +. */
export function Keys({
  onKey,
  onLongPress,
  name,
  small = false,
}: {
  readonly onKey: (key: string) => void;
  readonly onLongPress?: (key: string) => void;
  readonly name: 'dialer' | 'dtmf';
  readonly small?: boolean;
}) {
  const t = useT();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held = false;
  const press = (key: string) => {
    held = false;
    if (onLongPress === undefined || key !== '0') return;
    timer = setTimeout(() => {
      held = true;
      onLongPress(key);
    }, 500);
  };
  return (
    <div className={small ? 'keys keys-small' : 'keys'}>
      {KEYS.map(([key, letters]) => (
        <button
          key={key}
          type="button"
          className="key"
          aria-label={name === 'dtmf' ? t('call.dtmf', { tone: key }) : t('dialer.key', { key })}
          data-testid={`${name}-key-${key}`}
          onPointerDown={() => press(key)}
          onPointerUp={() => clearTimeout(timer)}
          onPointerLeave={() => clearTimeout(timer)}
          onClick={() => {
            clearTimeout(timer);
            if (!held) onKey(key);
            held = false;
          }}
        >
          <span className="key-digit">{key}</span>
          <span className="key-letters">{letters}</span>
        </button>
      ))}
    </div>
  );
}

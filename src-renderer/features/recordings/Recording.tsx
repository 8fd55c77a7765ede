// SPDX-License-Identifier: MIT
import { CircleAlert, Clock } from 'lucide-react';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction, useNow } from '../../ui/hooks.ts';
import { Player } from './Player.tsx';
import './recordings.css';

/** The recording of a call in each of its states. All have the height of the player. */
export default function Recording({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const { run, busy, error } = useAction();
  const { recording } = row;
  const fetchAgain = () => run(() => request('recording.request', row.id));
  // Of a call from long ago: nobody has asked for it yet.
  const isAway = recording.state === 'waiting' && recording.nextAt === null && recording.attempt === 0;
  if (recording.state === 'ready') {
    return <Player key={recording.url} recording={recording} seconds={row.call.duration} onFetchAgain={fetchAgain} />;
  }
  return (
    <div className="recording" data-state={recording.state} data-testid="recording-player">
      {recording.state === 'none' ? <p className="quiet">{t('recording.none')}</p> : null}
      {isAway ? <p className="quiet">{t('recording.away')}</p> : null}
      {recording.state === 'waiting' && !isAway ? <Waiting nextAt={recording.nextAt} /> : null}
      {recording.state === 'failed' ? (
        <p className="recording-say recording-failed" role="alert">
          <CircleAlert className="icon" aria-hidden="true" />
          <span>{errorText(t, recording.error)}</span>
        </p>
      ) : null}
      {error ? <p className="error-box">{errorText(t, error)}</p> : null}
      {recording.state === 'none' ? null : (
        <Button size="small" disabled={busy} data-testid="recording-retry" onClick={() => void fetchAgain()}>
          {t(isAway ? 'recording.fetch' : 'recording.fetchAgain')}
        </Button>
      )}
    </div>
  );
}

function Waiting({ nextAt }: { readonly nextAt: number | null }) {
  const t = useT();
  const now = useNow(nextAt !== null);
  const seconds = nextAt === null ? 0 : Math.ceil((nextAt - now) / 1000);
  return (
    <p className="recording-say" data-testid="recording-waiting">
      <Clock className="icon" aria-hidden="true" />
      <span>
        {nextAt === null
          ? t('recording.waiting')
          : seconds > 0
            ? t('recording.waitingNext', { seconds })
            : t('recording.waitingNow')}
      </span>
    </p>
  );
}

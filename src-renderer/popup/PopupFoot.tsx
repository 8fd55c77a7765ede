// SPDX-License-Identifier: MIT
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import type { WireError } from '../../src-shared/errors.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { topWarning, useSessionMedia } from '../features/calls/session-media.ts';
import { useApp } from '../features/state/store.ts';
import { errorText, useT } from '../i18n/index.ts';
import { keyText } from '../ui/key-text.ts';
import { BlockItem } from './BlockItem.tsx';

const selectKeys = (app: AppState) => app.settings;
const selectPlatform = (app: AppState) => app.platform;

/** One reserved line: what went wrong, else what is wrong with the sound, else the keys that answer and decline, and blocking. */
export function PopupFoot({ call, error }: { readonly call: CallView; readonly error: WireError | null }) {
  const t = useT();
  const settings = useApp(selectKeys);
  const platform = useApp(selectPlatform);
  const media = useSessionMedia(call);
  const warning = call.phase === 'talking' ? topWarning(media) : null;
  const ringing = ringsHere(call);
  const said = error !== null ? errorText(t, error) : warning === null ? null : t(`warning.${warning}`);
  return (
    <div className="popup-foot-row">
      <p
        className={
          said === null
            ? 'popup-foot quiet'
            : error === null
              ? 'popup-foot popup-foot-warning'
              : 'popup-foot popup-foot-error'
        }
        aria-live="polite"
        title={said ?? undefined}
        data-testid="popup-foot"
      >
        {said !== null ? (
          said
        ) : ringing && call.session === null ? (
          t('call.waitingForSession')
        ) : ringing ? (
          <>
            <kbd>{keyText(settings.hotkeyAnswer, platform)}</kbd>
            <kbd>{keyText(settings.hotkeyDecline, platform)}</kbd>
          </>
        ) : null}
      </p>
      {said === null && !(ringing && call.session === null) ? <BlockItem call={call} /> : null}
    </div>
  );
}

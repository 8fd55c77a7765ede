// SPDX-License-Identifier: MIT
import { createRoot } from 'react-dom/client';
import '../ui/base.css';
import { request } from '../bridge.ts';
import { followState } from '../features/state/store.ts';
import { followCalls } from './coming.ts';
import { PopupList } from './PopupList.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(<PopupList />);
  followCalls();
  followState();
  // At hand when the first answer comes; until then nothing waits for it.
  requestIdleCallback(() => void import('./PopupCrm.tsx'));
}

// Hides the window only: the call rings on, and can be taken in the main window.
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') request('window.close').catch(() => undefined);
});

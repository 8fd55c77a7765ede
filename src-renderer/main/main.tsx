// SPDX-License-Identifier: MIT
import { createRoot } from 'react-dom/client';
import '../ui/base.css';
import { listen } from '../bridge.ts';
import { App } from '../features/frame/App.tsx';
import { followState } from '../features/state/store.ts';
import { fillDialer, goTo, goToDialer } from '../features/state/ui.ts';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(<App />);
  followState();
  listen('navigate', (target) => {
    if (target.to === 'dial') fillDialer(target.text, target.from);
    else if (target.to === 'dialer') goToDialer();
    else goTo(target.to);
  });
}

// Entry of the panel: reads its settings, builds everything once, draws.

import { startPanel } from './start';

void startPanel(window);

import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const exportSupport: SupportArea = {
  title: 'Export',
  lines: [
    served('Every export is composed from component state; a shared table appears as behaviour 0, 1 or 2 says', 'web-api H', 'V'),
    served('Published state only; what was never published is absent', 'facts-2 §5', 'V'),
    served(
      'Managed exports set Managed, blank cell labels that repeat the column, and leave an untouched EntityInfo out',
      'web-api G.2',
      'O',
    ),
    served('Environment variables and connection references travel unlisted', 'facts-2 §1.6', 'O'),
    served(
      'MissingDependencies: components outside that definitions name, and what packages recorded of platform components',
      'web-api H',
      'U',
    ),
    served('Managed and unknown solutions are refused: 0x80048036, 0x80048037', 'facts-2 §1.5', 'V'),
    served('Every export leaves a line of history; TargetVersion is ignored, as what is deprecated', 'web-api A.2, B.4', 'V'),
    refused('Settings in exports (Export…Settings and their like, when true): what they write is not known', 'web-api A.2', 'V'),
    refused('The Default and Active solutions', 'web-api A.2', 'V'),
  ],
}

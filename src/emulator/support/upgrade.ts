import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const upgradeSupport: SupportArea = {
  title: 'Upgrade and uninstall',
  lines: [
    served('StageAndUpgrade(Async) acts as a plain import when the solution is not installed', 'web-api H', 'V'),
    served('HoldingSolution installs <Name>_Upgrade beside its base, which must exist', 'web-api H', 'V'),
    served('DeleteAndPromote(Async) deletes what vanished and nothing else holds, and renames the holding solution', 'web-api H', 'V'),
    served('An equal or lower version is refused: 0x80048541', 'facts-2 §1.1', 'V'),
    served('A second holding solution, and any import while one is pending, is refused: 0x80048539', 'facts-2 §1.1', 'V'),
    served('When something else needs what would go, base and _Upgrade stay side by side: 0x8004F046', 'facts-2 §8', 'V'),
    served('A base cannot be uninstalled while its upgrade is pending; code unverified', 'public reports of upgrades', '3'),
    served('Removing the base layer under another publisher is refused with the text of the service', 'facts-2 §8', 'V'),
    served('UninstallSolutionAsync: a managed solution goes with what only it holds, an unmanaged one as a container', 'web-api H', 'V'),
    served('Notes on rows of a table that goes, and with whom they were shared, go with it', 'both hang on rows that are no more', 'U'),
    served('A deleted component leaves every solution that listed it, unmanaged ones too', 'facts-2 §8', 'U'),
    served(
      'A table that an update or upgrade carries only as the place of columns keeps what its solution said of it before',
      'web-api H, rootcomponentbehavior',
      'U',
    ),
    served('Rows go with their table, values with their column, in upgrades and when uninstalled', 'facts-2 §8', 'V'),
  ],
}

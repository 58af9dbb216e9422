import type { SupportArea } from './line.ts'
import { served } from './line.ts'

export const patchSupport: SupportArea = {
  title: 'Patches',
  lines: [
    served(
      'CloneAsPatch makes an empty patch of an unmanaged solution; a managed one is refused (sources contradict each other)',
      'web-api A.3, H',
      'V',
    ),
    served('A solution with patches is locked for edit and export (0x80048538), and for imports of the same name', 'web-api H', 'V'),
    served('That a managed update of a base with patches is refused too: 0x80048538', 'web-api H', 'U'),
    served(
      'CloneAsSolution hands what patches hold to their base under a higher major or minor number; the id stays',
      'web-api A.3, H',
      'U',
    ),
    served('Exports of a patch name its base and the version of that', 'facts-2 §1.6', '3'),
    served(
      'A patch needs its base (0x80048540), of its major and minor number (0x80048539), managed as it is, of its publisher',
      'facts-2 §1.1, web-api H',
      'V',
    ),
    served(
      'A patch must be higher than every patch that is there (0x80061771), and waits for a pending upgrade (0x80048539)',
      'facts-2 §1.1',
      'V',
    ),
    served('Layers of patches lie over their base by version, below solutions that were there before', 'web-api H', 'V'),
    served('Uninstalling or upgrading a managed base takes its patches along; one patch may go alone', 'web-api H', 'V'),
    served('Unmanaged patches are deleted latest first, and their base last; the codes are not known', 'web-api H', 'U'),
    served('History of clones stands under operation 9 None; the name of a patch ends in digits of the platform', 'web-api B.4, H', 'U'),
  ],
}

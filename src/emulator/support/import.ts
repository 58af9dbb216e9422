import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const importSupport: SupportArea = {
  title: 'Import',
  lines: [
    served('StageSolution judges a file, keeps it, and answers 200 with Failed and its reasons', 'web-api A.1', 'V'),
    served('ImportSolution and ImportSolutionAsync, from the file or from a staged upload', 'web-api A.1', 'V'),
    served('Unmanaged import writes definitions into the Active layer, removes nothing, and may bring any version', 'web-api H', 'V'),
    served('Managed import adds or replaces its own layer and arrives published', 'web-api H', 'V'),
    served('A managed update keeps components that vanished from the package', 'web-api H', 'V'),
    served(
      'A managed update with an equal or lower version is refused, unless the switch managedUpdateMayFall is set (sources contradict each other)',
      'facts-2 §1.1',
      '3',
    ),
    served('Managed over unmanaged and unmanaged over managed are refused: 0x80048040, 0x80048041', 'facts-2 §7', 'V'),
    served(
      'A managed layer over an unmanaged base of the same component is refused (0x8004F016) unless ConvertToManaged; definitions of environment variables are absorbed',
      'facts-2 §7, §4',
      'V',
    ),
    served('Another publisher on a managed update is refused: 0x8004801C', 'web-api A.5', 'V'),
    served('What is no solution file is refused: 0x80048060', 'web-api A.5', 'V'),
    served(
      'Overwriting customizations copies the incoming definition into the Active layer, which stays; merged kinds are left alone',
      'facts-2 §0, web-api H',
      'V',
    ),
    served('With unmanaged customizations blocked, unmanaged imports are refused: 0x80072042', 'facts-2 §6.4', 'V'),
    served('Import job data document with a result per component of the kinds that have a section', 'web-api B.5', 'O'),
    refused('LayerDesiredOrder, templates (IsTemplateMode, TemplateSuffix), SolutionComponentOptions', 'web-api A.1', 'V'),
    refused('ComponentParameters of other tables than connectionreference and environmentvariablevalue', 'web-api A.1', 'U'),
    refused('Managed properties (IsCustomizable = false) do not stop edits', 'web-api H', 'V'),
    refused('Definitions are not checked against the schema of customizations.xml (0x8004801A)', 'web-api A.5', 'V'),
  ],
}

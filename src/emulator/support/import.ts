import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const importSupport: SupportArea = {
  title: 'Import',
  lines: [
    served('StageSolution judges a file, keeps it, and answers 200 with Failed and its reasons', 'web-api A.1', 'V'),
    partly(
      'StageSolution tells what a file is, and of what it holds tables, connection references and environment variables',
      { missing: 'other kinds of components, whose attributes no recording shows; IsPresentInOrg of what is there is unverified' },
      'recorded reply',
      'V',
    ),
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
    served('What is no solution file is refused: 0x80048060; what is not well formed 0x80048013', 'web-api A.5', 'V'),
    partly(
      'Definitions are checked against the schema (0x8004801A)',
      { missing: 'all but the name, version and publisher of the manifest and roots listed twice' },
      'web-api A.5',
      'U',
    ),
    served('A component that is not declared as a root is refused: 0x8004803A', 'web-api A.5', 'V'),
    partly(
      'A listed root that is neither in the file nor in the environment is refused: 0x8004801F',
      { missing: 'roots that do not bear the prefix of the publisher: they may be of the platform, whose components are not here' },
      'web-api A.5',
      'V',
    ),
    served('Files that belong to no component are refused: 0x80072035', 'web-api A.5', 'V'),
    served(
      'Package versions above 9.2 and below 6.0 are refused: 0x80048068; packages without a platform version: 0x80048066',
      'web-api A.5',
      'V',
    ),
    served(
      'Default as managed, System and Active are refused: 0x80048049, 0x80048046, 0x8004F007; names that are none: 0x8004F002',
      'web-api A.5',
      'V',
    ),
    served('SkipProductUpdateDependencies lets lower versions of platform solutions pass', 'web-api A.1', 'U'),
    served('A staged upload stays for ever', 'web-api A.1', 'U'),
    served(
      'Overwriting customizations copies the incoming definition into the Active layer, which stays; merged kinds are left alone',
      'facts-2 §0, web-api H',
      'V',
    ),
    served('With unmanaged customizations blocked, unmanaged imports are refused: 0x80072042', 'facts-2 §6.4', 'V'),
    served('Import job data document with every section, and a result per component of the kinds that have one', 'web-api B.5', 'O'),
    served(
      'RetrieveSolutionImportResult and RetrieveFormattedImportJobResults, with the two sheets of a recorded reply',
      'web-api A.4',
      'O',
    ),
    served('A package of a newer platform is a warning, of the import and of its staging', 'facts-2 §1.1', 'V'),
    served(
      'Labels in languages that the environment lacks (0x80048026) and a replaced classic site map (0x80048043) are warnings',
      'web-api A.5',
      'V',
    ),
    served(
      'An import that succeeds with a failed component inside: a classic workflow whose child is absent (0x8004502F); with a warning inside: a flow without a connection',
      'web-api B.5, facts-2 §1.5',
      'U',
    ),
    refused(
      'LayerDesiredOrder, templates (IsTemplateMode, TemplateSuffix), SolutionComponentOptions: for internal use',
      'web-api A.1',
      'V',
    ),
    refused('An unmanaged Default solution', 'web-api A.5', 'V'),
    refused('ExportTranslation, ImportTranslation', 'web-api B.1', 'V'),
    refused('ComponentParameters of other tables than connectionreference and environmentvariablevalue', 'web-api A.1', 'U'),
  ],
}

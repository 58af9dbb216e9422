import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const layersSupport: SupportArea = {
  title: 'Layers',
  lines: [
    served('A stack per component, Active on top; the top definition wins', 'web-api H', 'V'),
    served('A managed update or upgrade does not lift a layer above solutions that were installed later', 'web-api H.3', 'U'),
    partly(
      'Forms, dashboards, site maps, apps, ribbons and the options of choices merge over all layers; each layer still shows its own say',
      { missing: 'ordinalvalue is not read: what a layer adds stands at the end of its container, and cells in rows of their own' },
      'web-api H.3; ALM documentation "Understand how managed solutions are merged"',
      'V',
    ),
    served(
      'solutionaction Added, Modified and Removed of managed forms, site maps and apps are followed',
      'observed in public solutions',
      'O',
    ),
    served(
      'What has no place below lands in the Conflicts Tab; its shape is observed, when exactly the service makes one is not known',
      'web-api H.3; observed in public solutions',
      'U',
    ),
    served(
      'Hand-made changes of kinds that merge are laid over every later managed version',
      'ALM documentation "Merge form customizations"',
      'V',
    ),
    refused(
      'Managed exports of hand-made changes on somebody’s managed form, site map or app hold only the differences; here they hold the whole',
      'ALM documentation "Understand how managed solutions are merged"',
      'V',
    ),
    served('An edit that waits for publishing is one of the managed definition of now, where layers merge', 'web-api H.3', 'U'),
    served(
      'Overwriting customizations puts the incoming values into the Active layer, in msdyn_changes too; what stays unmanaged on a converted component is listed as a change',
      'facts-2 §0',
      'V',
    ),
    partly(
      'Layers over the form or site map of a platform table',
      { missing: 'the System layer below is not here: a single layer of differences is shown as the package has it' },
      'web-api H.1',
      'U',
    ),
    partly(
      'msdyn_componentlayers, msdyn_solutioncomponentsummaries and msdyn_solutioncomponentcountsummaries',
      { missing: 'a $filter without the component, or without the solution: what the service answers is not known, here it is 400' },
      'web-api B.3',
      'O',
    ),
    served('msdyn_solutioncomponentsummaries of the Default solution list all unmanaged work of the environment', 'facts-2 §4', 'U'),
    served('Dashboards stand in msdyn_componentlayers under SystemForm, whose number they share', 'web-api B.2; the name inferred', 'U'),
    served('msdyn_uniquename of site maps in the summaries is what their maker named them by', 'web-api B.3 names the column only', 'U'),
    served(
      'Phantom Active rows with empty Attributes where an unmanaged import or AddSolutionComponent touched a managed component',
      'facts-2 §6.1',
      'O',
    ),
    served('A table whose main forms are all for some roles only gets an Active layer on one of them', 'facts-2 §6.1', 'V'),
    served('Changes of choices stand in msdyn_children', 'facts-2 §6.1', '3'),
    served(
      'Managed properties: IsCustomizable, IsRenameable, CanModifyAdditionalSettings, CanCreateAttributes, -Forms, -Views and -Charts refuse edits by hand, unmanaged imports and layers of other publishers (0x8004F026); they take effect in managed layers, and an update of the own publisher changes them',
      'web-api H; support article that quotes code and text',
      'V',
    ),
    refused(
      'Managed properties of other settings (auditing, change tracking, hierarchies, requirement levels) are kept and not enforced',
      'web-api H',
      'V',
    ),
    served('A component that may not be customized cannot be added to an unmanaged solution (0x8004F015)', 'facts-2 §1.2', 'V'),
    served('Deleting by hand is refused for managed components (0x8004F013) and for what others need (0x8004F01F)', 'web-api A.5', 'V'),
    served(
      'GetOrgDbOrgSetting; the block of unmanaged customizations refuses imports, new components, edits, deletions and adding what is unmanaged',
      'facts-2 §6.4',
      'O',
    ),
    served(
      'RemoveActiveCustomizations is a GET; of a component without other layers it deletes the component itself, unless others need it',
      'facts-2 §6.3',
      'U',
    ),
    refused('RemoveActiveCustomizations of pieces of components, such as AttributeLookupValue and RolePrivilege', 'facts-2 §6.3', '3'),
    served(
      'ConvertToManaged makes unmanaged components managed; not a form that comes as differences alone, nor maps of columns',
      'facts-2 §7',
      'V',
    ),
  ],
}

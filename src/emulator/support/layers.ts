import type { SupportArea } from './line.ts'
import { partly, served } from './line.ts'

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
    partly(
      'Layers over the form or site map of a platform table',
      { missing: 'the System layer below is not here: a single layer of differences is shown as the package has it' },
      'web-api H.1',
      'U',
    ),
    served('msdyn_componentlayers and msdyn_solutioncomponentsummaries', 'web-api B.3', 'O'),
    served('Phantom Active rows with empty Attributes where an unmanaged import touched a managed component', 'facts-2 §6.1', 'O'),
    served('A table whose main forms are all for some roles only gets an Active layer on one of them', 'facts-2 §6.1', 'V'),
    served('Changes of choices stand in msdyn_children', 'facts-2 §6.1', '3'),
    served('RemoveActiveCustomizations is a GET; the only layer of a component is not removed', 'facts-2 §6.3', 'V'),
  ],
}

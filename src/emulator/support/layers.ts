import type { SupportArea } from './line.ts'
import { refused, served } from './line.ts'

export const layersSupport: SupportArea = {
  title: 'Layers',
  lines: [
    served('A stack per component, Active on top; the top definition wins', 'web-api H', 'V'),
    refused('Forms, apps and site maps are not merged: the top definition wins for them too', 'web-api H', 'V'),
    served('msdyn_componentlayers and msdyn_solutioncomponentsummaries', 'web-api B.3', 'O'),
    served('Phantom Active rows with empty Attributes where an unmanaged import touched a managed component', 'facts-2 §6.1', 'O'),
    served('A table whose main forms are all for some roles only gets an Active layer on one of them', 'facts-2 §6.1', 'V'),
    served('Changes of choices stand in msdyn_children', 'facts-2 §6.1', '3'),
    served('RemoveActiveCustomizations is a GET; the only layer of a component is not removed', 'facts-2 §6.3', 'V'),
  ],
}

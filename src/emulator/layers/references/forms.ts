import type { ComponentPart } from '#format'
import { parseXml } from '#format'
import {
  attributesNamed,
  columnReference,
  guidReference,
  matches,
  tableOfPart,
  tableReference,
  textsNamed,
  webResourceReference,
  webResourcesIn,
} from './text.ts'

/** Forms and dashboards: columns, scripts, pages, views, charts, quick forms, custom controls, relationships and roles that they name. */
export function ofForm(part: ComponentPart): string[] {
  const { xml } = part
  const table = tableOfPart(part)
  const columns = [...attributesNamed(xml, 'control', 'datafieldname'), ...attributesNamed(xml, 'data', 'datafieldname')]
  const scripts = [...attributesNamed(xml, 'Library', 'name'), ...attributesNamed(xml, 'Handler', 'libraryName')]
  const relations = [...textsNamed(xml, 'RelationshipName'), ...attributesNamed(xml, 'NavBarByRelationshipItem', 'RelationshipName')]
  return [
    ...columns.flatMap((name) => columnReference(table, name)),
    ...scripts.flatMap(webResourceReference),
    ...pages(part),
    ...textsNamed(xml, 'ViewId').flatMap((id) => guidReference(['SavedQuery'], id)),
    ...textsNamed(xml, 'VisualizationId').flatMap((id) => guidReference(['SavedQueryVisualization'], id)),
    ...textsNamed(xml, 'TargetEntityType').flatMap(tableReference),
    ...relations.map((name) => `EntityRelationship:${name}`),
    ...attributesNamed(xml, 'customControl', 'name').map((name) => `CustomControl:${name}`),
    ...attributesNamed(xml, 'Role', 'Id').flatMap((id) => guidReference(['Role'], id)),
    ...textsNamed(xml, 'QuickForms').flatMap(quickForms),
    ...webResourcesIn(xml),
  ]
}

/** A web resource control names its page plainly; an IFRAME has an address there. */
function pages(part: ComponentPart): string[] {
  return textsNamed(part.xml, 'Url')
    .filter((url) => !/^[a-z]+:\/\//i.test(url))
    .flatMap(webResourceReference)
}

/** The list is a document inside of the text. */
function quickForms(text: string): string[] {
  const ids = matches(text, /<QuickFormId[^>]*>([^<]+)</g)
  const tables = text.startsWith('<') ? attributesNamed(parseXml(text, 'QuickForms'), 'QuickFormId', 'entityname') : []
  return [...ids.flatMap((id) => guidReference(['SystemForm'], id)), ...tables.flatMap(tableReference)]
}

import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, childrenNamed, childText, textOf, withChildren } from '../xml/tree.ts'
import type { SourceTree } from './source-tree.ts'

const splitOut: ReadonlySet<string> = new Set(['FormXml', 'SavedQueries', 'Visualizations', 'RibbonDiffXml'])

/** Entities/<Name>/: Entity.xml, and a file each for forms, views, charts and the ribbon. */
export function addTables(tree: SourceTree, section: XmlElement): void {
  for (const table of childElements(section)) {
    const name = textOf(child(table, 'Name'))?.trim() ?? ''
    const folder = `Entities/${name}`
    const shell = table.children.map((node) =>
      node.type === 'element' && splitOut.has(node.name) ? { ...node, attributes: [], children: [], isSelfClosed: true } : node,
    )
    tree.addXml(`${folder}/Entity.xml`, withChildren(table, shell))
    for (const forms of childElements(child(table, 'FormXml'))) addForms(tree, folder, forms)
    for (const queries of childElements(child(table, 'SavedQueries'))) addQueries(tree, folder, queries)
    for (const chart of childElements(child(table, 'Visualizations'))) {
      tree.addXml(`${folder}/Visualizations/${idOf(chart, 'savedqueryvisualizationid')}.xml`, chart)
    }
    const ribbon = child(table, 'RibbonDiffXml')
    if (ribbon !== undefined) tree.addXml(`${folder}/RibbonDiff.xml`, ribbon)
    moveFormulas(tree, folder, table)
  }
}

function addForms(tree: SourceTree, folder: string, forms: XmlElement): void {
  const type = attributeOf(forms, 'type') ?? 'main'
  for (const form of childElements(forms)) {
    const root: XmlElement = { ...forms, attributes: [], children: [form], isSelfClosed: false }
    tree.addXml(tree.twinPath(`${folder}/FormXml/${type}/${idOf(form, 'formid')}`), root)
  }
}

function addQueries(tree: SourceTree, folder: string, queries: XmlElement): void {
  for (const query of childElements(queries)) {
    tree.addXml(`${folder}/SavedQueries/${idOf(query, 'savedqueryid')}.xml`, { ...queries, children: [query], isSelfClosed: false })
  }
}

/** The id as it is written, capitals and braces kept. */
function idOf(xml: XmlElement, name: string): string {
  const holder = childElements(xml).find((node) => node.name.toLowerCase() === name)
  return textOf(holder)?.trim() ?? ''
}

function moveFormulas(tree: SourceTree, folder: string, table: XmlElement): void {
  const columns = childrenNamed(child(child(child(table, 'EntityInfo'), 'entity'), 'attributes'), 'attribute')
  for (const column of columns) {
    const path = childText(column, 'FormulaDefinitionFileName')
    if (path !== undefined) tree.move(path, `${folder}/Formulas/${path.slice(path.lastIndexOf('/') + 1)}`)
  }
}

import type { XmlElement, XmlNode } from '#format'
import { attributeOf, child, childElements, element, isElement, withChild, withChildren } from '#format'
import { additive } from './additive.ts'
import type { Merging, SpecialElement, TreeShape } from './keyed-tree.ts'
import { differenceOf, hasMarks, keyOf, marked, mergeElements, readingOf, removedMark, withoutMarks } from './keyed-tree.ts'
import type { KindMerge } from './top-level.ts'
import { mergedTop, topDifference } from './top-level.ts'

const byId = [['id'], ['Id']] as const

const shape: TreeShape = {
  keys: {
    // Each environment gives its conflicts tab an id of its own; the group is the same everywhere (observed).
    tab: [['group'], ...byId],
    section: [['group'], ...byId],
    cell: byId,
    label: [['languagecode']],
    Library: [['name']],
    event: [['name', 'attribute'], ['name']],
    Handler: [['handlerUniqueId'], ['functionName', 'libraryName']],
    controlDescription: [['forControl']],
    data: byId,
    Role: byId,
    NavBarItem: byId,
    NavBarByRelationshipItem: byId,
    NavBarArea: byId,
    querystringparameter: [['name']],
  },
  places: { column: 'id' },
  wholes: new Set(['label', 'Library', 'Handler', 'controlDescription', 'parameters', 'data', 'Role', 'ancestor', 'clientresources']),
}

/** Rows have no identity: cells are told apart by id wherever they stand, and new ones come into rows of their own at the end. */
const rows: SpecialElement = {
  merge(below, above, how) {
    const places = new Map(cellsOf(below).map((cell) => [keyOf(cell, shape), cell]))
    const next = new Map<string, XmlElement | undefined>()
    const added: XmlElement[] = []
    for (const row of childElements(above)) {
      const fresh: XmlElement[] = []
      for (const cell of childElements(row)) {
        const key = keyOf(cell, shape)
        const [old, action] = [places.get(key), attributeOf(cell, 'solutionaction')]
        if (action === 'Removed') next.set(key, undefined)
        else if (old !== undefined) next.set(key, mergeElements(old, cell, how))
        else if (how.reading === 'statement' || action === 'Added') fresh.push(withoutMarks(cell))
      }
      if (fresh.length > 0) added.push(element('row', {}, fresh))
    }
    return [...below.children.flatMap((row) => rowWith(row, next)), ...added]
  },
  difference(below, edited, merging) {
    const before = new Map(cellsOf(below).map((cell) => [keyOf(cell, shape), cell]))
    const after = new Map(cellsOf(edited).map((cell) => [keyOf(cell, shape), cell]))
    const changed = [...after].map(([key, cell]) => {
      const old = before.get(key)
      return old === undefined ? marked(withoutMarks(cell), 'Added') : differenceOf(old, cell, merging)
    })
    const removed = [...before].filter(([key]) => !after.has(key)).map(([, cell]) => removedMark(cell))
    return [...changed, ...removed].flatMap((cell) => (cell === undefined ? [] : [element('row', {}, [cell])]))
  },
}

function cellsOf(holder: XmlElement): XmlElement[] {
  return childElements(holder).flatMap((row) => childElements(row))
}

/** The row with its cells changed; a row that lost all of its cells goes. */
function rowWith(row: XmlNode, next: ReadonlyMap<string, XmlElement | undefined>): XmlNode[] {
  if (!isElement(row) || row.children.length === 0) return [row]
  const cells = row.children.flatMap((cell): XmlNode[] => {
    if (!isElement(cell) || !next.has(keyOf(cell, shape))) return [cell]
    const changed = next.get(keyOf(cell, shape))
    return changed === undefined ? [] : [changed]
  })
  return cells.some(isElement) ? [withChildren(row, cells)] : []
}

const form: KindMerge = {
  merge(below, above) {
    const orphans: XmlElement[] = []
    const merging: Merging = { shape, special: { rows }, onOrphan: (orphan) => orphans.push(orphan) }
    const merged = mergeElements(below, above, { merging, reading: readingOf(above) })
    return orphans.reduce((whole, orphan) => placed(whole, orphan, merging), merged)
  },
  difference: additive({ shape, special: { rows } }).difference,
}

/** What a layer adds inside of something that another layer took away: into the section of that id, if it moved; else a conflict. */
function placed(whole: XmlElement, orphan: XmlElement, merging: Merging): XmlElement {
  const sections = orphan.name === 'section' ? [orphan] : all(orphan, 'section')
  return sections.filter(hasMarks).reduce((at, section) => {
    const moved = all(at, 'section').find((candidate) => keyOf(candidate, shape) === keyOf(section, shape))
    if (moved !== undefined) {
      const next = mergeElements(moved, section, { merging: { ...merging, onOrphan: () => undefined }, reading: 'difference' })
      return exchanged(at, moved, next)
    }
    return withConflict(at, section)
  }, whole)
}

/**
 * The "Conflicts Tab" with what has no place: added sections whole, cells added to a section that is gone in its "Conflicts Section"
 * (web-api H.3; names, groups and labels observed in public solutions, when exactly the service makes one is unverified).
 */
function withConflict(whole: XmlElement, orphan: XmlElement): XmlElement {
  const isAdded = attributeOf(orphan, 'solutionaction') === 'Added'
  const added = all(orphan, 'cell').filter((cell) => attributeOf(cell, 'solutionaction') === 'Added')
  if (!isAdded && added.length === 0) return whole
  const section = isAdded ? withoutMarks(orphan) : conflictsSection(added.map(withoutMarks))
  const tabs = child(whole, 'tabs') ?? element('tabs')
  const old = childElements(tabs).find((tab) => attributeOf(tab, 'group') === conflictsTabGroup)
  const tab = conflictsTab([section])
  const next = old === undefined ? tab : mergeElements(old, tab, { merging: { shape, special: { rows } }, reading: 'statement' })
  const others = tabs.children.filter((node) => node !== old)
  return withChild(whole, 'tabs', withChildren(tabs, [...others, next]))
}

const conflictsTabGroup = 'solutionconflictstab'

function conflictsTab(sections: readonly XmlElement[]): XmlElement {
  return element('tab', { id: '{c8ee2f9a-45b6-4e6c-8d67-cfcbe600fb6d}', name: 'conflictstab', group: conflictsTabGroup }, [
    element('labels', {}, [element('label', { description: 'Conflicts Tab', languagecode: '1033' })]),
    element('columns', {}, [element('column', { width: '100%', id: '0' }, [element('sections', {}, sections)])]),
  ])
}

function conflictsSection(cells: readonly XmlElement[]): XmlElement {
  const attributes = { id: '{5c511884-d2ff-4dff-836f-43837edf8f40}', name: 'conflictssection', group: 'solutionconflictssection' }
  return element('section', attributes, [
    element('labels', {}, [element('label', { description: 'Conflicts Section', languagecode: '1033' })]),
    element(
      'rows',
      {},
      cells.map((cell) => element('row', {}, [cell])),
    ),
  ])
}

function all(root: XmlElement, name: string): XmlElement[] {
  return childElements(root).flatMap((node) => [...(node.name === name ? [node] : []), ...all(node, name)])
}

function exchanged(root: XmlElement, old: XmlElement, next: XmlElement): XmlElement {
  if (root === old) return next
  return { ...root, children: root.children.map((node) => (isElement(node) ? exchanged(node, old, next) : node)) }
}

/** The `form` inside of a dashboard stands in FormXml and forms. */
const inForms: KindMerge = {
  merge: (below, above) => mergedTop(below, above, { form, forms: inForms }),
  difference: (below, edited) => topDifference(below, edited, { form, forms: inForms }),
}

/**
 * Forms and dashboards: merged section by section; only differences travel in managed packages, additions stand at the end of their
 * container, and uninstalling takes away only what its solution brought (ALM documentation, "Merge form customizations").
 */
export const formMerge: KindMerge = {
  merge: (below, above) => mergedTop(below, above, { form, FormXml: inForms }),
  difference: (below, edited) => topDifference(below, edited, { form, FormXml: inForms }),
}

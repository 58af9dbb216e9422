import { orderBreak, type Fact } from '#domain/difference'
import type { XmlElement } from '../package.ts'
import { attributeOf, child, childrenNamed } from '../xml/tree.ts'
import { contentKey } from './content-key.ts'
import { flattenAttributes, flattenContent, type Flattening } from './flatten-xml.ts'
import { bareGuid } from '../kinds/identity.ts'
import { withLayoutMarked } from './form-layout.ts'
import { firstText } from './languages.ts'
import { joinedWords } from './plain-words.ts'
import { actionPhrases } from './solution-action.ts'
import { escaped, step, type Spot } from './spot.ts'

/**
 * A form: tabs, sections and fields are known by ids of their own wherever they stand, so that one that moves is told as moved.
 * The order of tabs, sections and fields is a fact of its own.
 */
export function describeForm(work: Flattening, form: XmlElement, spot: Spot): void {
  const from = work.facts.length
  const state: FormWork = {
    work,
    path: spot.path,
    taken: new Map(),
    controls: controlsByUniqueId(form),
    repeatedSections: repeatedSections(form),
  }
  flattenAttributes(work, form, { spot, except: new Set() })
  flattenContent(work, form, { spot, except: new Set(['tabs', 'header', 'footer', 'controlDescriptions']) })
  const tabs = child(form, 'tabs')
  for (const list of childrenNamed(form, 'tabs').slice(1)) describeOddList(work, list, spot)
  if (tabs !== undefined) {
    flattenAttributes(work, tabs, { spot: { path: step(spot.path, 'tabs'), words: joinedWords(spot.words, 'tabs') }, except: new Set() })
    const all = childrenNamed(tabs, 'tab').map((tab) => describeTab(state, tab))
    addOrder(state, 'tabs#order', { words: 'order of tabs', items: all })
    flattenContent(work, tabs, { spot: { path: step(spot.path, 'tabs'), words: 'tabs' }, except: new Set(['tab']) })
  }
  describeControlSettings(state, form)
  for (const name of ['header', 'footer']) {
    for (const part of childrenNamed(form, name)) describeBand(state, part)
  }
  work.facts.push(...withLayoutMarked(work.facts.splice(from)))
}

/** Names that several sections of the form have: these are told with their tabs. */
function repeatedSections(form: XmlElement): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  const open = [form]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const name = at.name === 'section' ? nameOf(at) : undefined
    if (name !== undefined && seen.size === seen.add(name).size) repeated.add(name)
    for (const node of at.children) if (node.type === 'element') open.push(node)
  }
  return repeated
}

/** A second list of tabs, which no designer writes. */
function describeOddList(work: Flattening, list: XmlElement, spot: Spot): void {
  const path = step(spot.path, `tabs[${contentKey(work.kind, list)}]`)
  work.facts.push({ path, words: joinedWords(spot.words, 'further tabs'), shape: 'item', value: '' })
}

/** What a list holds beside its items: nothing in well-made forms. */
function describeRest(state: FormWork, list: XmlElement, of: { spot: Spot; except: string }): void {
  const spot = { path: step(of.spot.path, list.name), words: joinedWords(of.spot.words, list.name) }
  flattenAttributes(state.work, list, { spot, except: new Set() })
  flattenContent(state.work, list, { spot, except: new Set([of.except]) })
}

/** Settings of a control name it by an id that the designer generates: they are known by the control's own id. */
function describeControlSettings(state: FormWork, form: XmlElement): void {
  const lists = childrenNamed(form, 'controlDescriptions')
  for (const list of lists) describeRest(state, list, { spot: { path: state.path, words: '' }, except: 'controlDescription' })
  for (const one of lists.flatMap((list) => childrenNamed(list, 'controlDescription'))) {
    const target = bareGuid(attributeOf(one, 'forControl')) ?? ''
    const key = uniqueKey(state, 'settings', state.controls.get(target) ?? target)
    const spot = { path: step(state.path, `settings[${escaped(key)}]`), words: `settings of control ${key}` }
    state.work.facts.push({ ...spot, shape: 'item', value: '' })
    flattenAttributes(state.work, one, { spot, except: new Set(['@forControl']) })
    flattenContent(state.work, one, { spot, except: new Set() })
  }
}

function controlsByUniqueId(form: XmlElement): ReadonlyMap<string, string> {
  const controls = new Map<string, string>()
  const open = [form]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const uniqueId = at.name === 'control' ? bareGuid(attributeOf(at, 'uniqueid')) : undefined
    if (uniqueId !== undefined) controls.set(uniqueId, attributeOf(at, 'id') ?? uniqueId)
    for (const node of at.children) if (node.type === 'element') open.push(node)
  }
  return controls
}

interface FormWork {
  readonly repeatedSections: ReadonlySet<string>
  readonly controls: ReadonlyMap<string, string>
  readonly work: Flattening
  readonly path: string
  readonly taken: Map<string, number>
}

function describeTab(state: FormWork, tab: XmlElement): Ordered {
  const own = identified(state, tab, 'tab')
  const inside = { spot: own.spot, except: new Set(['@id', 'columns']) }
  flattenAttributes(state.work, tab, inside)
  flattenContent(state.work, tab, inside)
  for (const columns of childrenNamed(tab, 'columns')) {
    describeRest(state, columns, { spot: own.spot, except: 'column' })
    for (const [at, column] of childrenNamed(columns, 'column').entries()) describeColumn(state, column, { tab: own, at: at + 1 })
  }
  return own
}

function describeColumn(state: FormWork, column: XmlElement, from: { tab: Identified; at: number }): void {
  const words = `column ${from.at}`
  const spot = { path: step(from.tab.spot.path, `column[${from.at}]`), words: joinedWords(from.tab.spot.words, words) }
  state.work.facts.push({ ...spot, shape: 'item', value: '' })
  flattenAttributes(state.work, column, { spot, except: new Set(['@id']) })
  flattenContent(state.work, column, { spot, except: new Set(['sections']) })
  const place = from.at === 1 ? from.tab.called : `${from.tab.called}, ${words}`
  const lists = childrenNamed(column, 'sections')
  for (const list of lists) describeRest(state, list, { spot, except: 'section' })
  const sections = lists.flatMap((list) => childrenNamed(list, 'section'))
  const all = sections.map((section) => describeSection(state, section, { id: spot.path, shown: place }))
  addOrder(state, `${spot.path.slice(state.path.length)}#order`.replace(/^\//, ''), {
    words: `${spot.words}: order of sections`,
    items: all,
  })
}

function describeSection(state: FormWork, section: XmlElement, place: { id: string; shown: string }): Ordered {
  const own = sectionIn(state, section, place)
  const where = { path: step(own.spot.path, 'place'), words: own.called, shape: 'place' } as const
  state.work.facts.push({ ...where, value: place.id, shown: place.shown })
  const inside = { spot: own.spot, except: new Set(['@id', 'rows']) }
  flattenAttributes(state.work, section, inside)
  flattenContent(state.work, section, inside)
  describeRows(state, section, own)
  return own
}

/** A section; one of several of a name is called by its tab, too. */
function sectionIn(state: FormWork, section: XmlElement, place: { id: string; shown: string }): Identified {
  const isRepeated = state.repeatedSections.has(nameOf(section) ?? '')
  return identified(state, section, 'section', { id: place.id, ...(isRepeated ? { of: place.shown } : {}) })
}

/** Header or footer: a section without an id. */
function describeBand(state: FormWork, band: XmlElement): void {
  const spot = { path: step(state.path, band.name), words: band.name }
  const inside = { spot, except: new Set(['@id', 'rows']) }
  flattenAttributes(state.work, band, inside)
  flattenContent(state.work, band, inside)
  describeRows(state, band, { spot, called: band.name, id: band.name })
}

function describeRows(state: FormWork, owner: XmlElement, own: Identified): void {
  const items: Ordered[] = []
  const empty = new Map<string, EmptyRows>()
  for (const rows of childrenNamed(owner, 'rows')) describeRest(state, rows, { spot: own.spot, except: 'row' })
  for (const row of childrenNamed(owner, 'rows').flatMap((rows) => childrenNamed(rows, 'row'))) {
    const cells = childrenNamed(row, 'cell').map((cell) => describeCell(state, cell, own))
    const spot = {
      path: step(own.spot.path, `row[${escaped(cells[0]?.id ?? '')}]`),
      words: joinedWords(own.spot.words, cells[0] === undefined ? 'empty row' : `row of ${cells[0].called}`),
    }
    if (cells[0] === undefined) {
      const after = items.findLast(({ id }) => id !== orderBreak)
      empty.set(after?.id ?? '', { after, count: (empty.get(after?.id ?? '')?.count ?? 0) + 1 })
    }
    flattenAttributes(state.work, row, { spot, except: new Set() })
    flattenContent(state.work, row, { spot, except: new Set(['cell']) })
    items.push(...cells, { id: orderBreak, called: orderBreak })
  }
  addEmptyRows(state, own, empty)
  addOrder(state, `${own.spot.path.slice(state.path.length)}#fields`.replace(/^\//, ''), { words: `${own.called}: order of fields`, items })
}

/** Rows without cells, below one field: they keep a distance, or make room for a field of several rows. */
interface EmptyRows {
  readonly after: Ordered | undefined
  readonly count: number
}

function addEmptyRows(state: FormWork, own: Identified, empty: ReadonlyMap<string, EmptyRows>): void {
  for (const [id, { after, count }] of empty) {
    const words = `${own.spot.words}: empty rows ${after === undefined ? 'at the top' : `below ${after.called}`}`
    const path = step(own.spot.path, `empty rows[${escaped(id)}]`)
    state.work.facts.push({ path, words, shape: 'value', value: String(count), sum: 'layout', subject: own.called })
  }
}

function describeCell(state: FormWork, cell: XmlElement, owner: Identified): Ordered {
  const control = child(cell, 'control')
  const id = attributeOf(control, 'id') ?? attributeOf(control, 'datafieldname')
  const column = attributeOf(control, 'datafieldname')
  const label = firstText(cell) ?? columnLabel(state.work, column)
  const called = control === undefined ? 'empty cell' : `field ${label ?? id ?? ''}`.trim()
  const key = uniqueKey(
    state,
    'cell',
    control === undefined ? `${owner.spot.path} ${contentKey(state.work.kind, cell)}` : (id ?? contentKey(state.work.kind, cell)),
  )
  const spot = { path: step(state.path, `cell[${escaped(key)}]`), words: called }
  const words = column === undefined || label === undefined ? called : `${called} (${column})`
  const item = { path: spot.path, words, shape: 'item', value: '', within: owner.spot.path } as const
  const isEmpty = control === undefined
  state.work.facts.push(
    isEmpty ? { ...item, sum: 'layout', subject: owner.called } : { ...item, noun: 'field', ...actionPhrases(cell, words) },
  )
  state.work.facts.push({ path: step(spot.path, 'place'), words: called, shape: 'place', value: owner.spot.path, shown: owner.called })
  flattenAttributes(state.work, cell, { spot, except: new Set() })
  flattenContent(state.work, cell, { spot, except: new Set(['control']) })
  for (const [at, one] of childrenNamed(cell, 'control').entries()) {
    const inner = { path: step(spot.path, at === 0 ? 'control' : `control[${at + 1}]`), words: called }
    flattenAttributes(state.work, one, { spot: inner, except: new Set() })
    flattenContent(state.work, one, { spot: inner, except: new Set() })
  }
  return { id: key, called }
}

/** Managed exports leave out a label that equals the column's own. */
function columnLabel(work: Flattening, column: string | undefined): string | undefined {
  return column === undefined || work.table === undefined
    ? undefined
    : work.nameOf?.(`Attribute:${work.table}.${column.toLowerCase()}`)?.name
}

interface Identified {
  readonly spot: Spot
  /** "section Details". */
  readonly called: string
  readonly id: string
}

/** What stands in an order: its id, and how it is called. */
type Ordered = Pick<Identified, 'id' | 'called'>

function identified(state: FormWork, element: XmlElement, noun: 'tab' | 'section', within?: { id: string; of?: string }): Identified {
  const id = bareGuid(attributeOf(element, 'id')) ?? attributeOf(element, 'name') ?? contentKey(state.work.kind, element)
  const key = uniqueKey(state, noun, id)
  const name = `${noun} ${nameOf(element) ?? id}`
  const called = within?.of === undefined ? name : `${name} of ${within.of}`
  const spot = { path: step(state.path, `${noun}[${escaped(key)}]`), words: called }
  state.work.facts.push({
    ...spot,
    shape: 'item',
    value: '',
    noun,
    ...aliasOf(noun, element),
    ...(within === undefined ? {} : { within: within.id }),
    ...actionPhrases(element, called),
  })
  return { spot, called, id: key }
}

/** The designer makes ids anew when it copies or restores a tab: then it is known by its name. */
function aliasOf(noun: string, element: XmlElement): Pick<Fact, 'alias'> {
  const name = attributeOf(element, 'name') || firstText(element)
  return name === undefined ? {} : { alias: `${noun} ${name}` }
}

function nameOf(element: XmlElement): string | undefined {
  return firstText(element) ?? attributeOf(element, 'name')
}

/** Ids that a form repeats are numbered as they come. */
function uniqueKey(state: FormWork, noun: string, id: string): string {
  const count = (state.taken.get(`${noun} ${id}`) ?? 0) + 1
  state.taken.set(`${noun} ${id}`, count)
  return count === 1 ? id : `${id}#${count}`
}

function addOrder(state: FormWork, path: string, of: { words: string; items: readonly Ordered[] }): void {
  if (of.items.filter(({ id }) => id !== orderBreak).length < 2) return
  const value = of.items.map(({ id }) => id.replaceAll('\n', ' ')).join('\n')
  const shown = of.items.map(({ called }) => called.replace(/^(field|section|tab) /, '').replaceAll('\n', ' ')).join('\n')
  state.work.facts.push({ path: step(state.path, path), words: of.words, shape: 'order', value, shown })
}

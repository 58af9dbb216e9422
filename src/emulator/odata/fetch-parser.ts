import type { XmlElement } from '#format'
import { attributeOf, childElements, childrenNamed, parseXml, textOf } from '#format'
import { ODataError } from '../errors.ts'
import type { Measure } from './aggregate.ts'
import { operatorArity } from './conditions.ts'
import type { FetchAttribute, FetchEntity, FetchFilter, FetchLink, FetchOrder, FetchQuery } from './fetch-query.ts'
import { conditionCap, linkCap } from './limits.ts'
import { notSupported, tooManyConditions } from './refuse.ts'

/** Reads FetchXML. What the service refuses is 400, what only this emulator lacks is 501 by name. */
export function parseFetchXml(text: string): FetchQuery {
  const root = readRoot(text)
  checkAttributes(
    root,
    'top count page paging-cookie distinct aggregate aggregatelimit returntotalrecordcount version mapping output-format no-lock',
  )
  const entities = childrenNamed(root, 'entity')
  const [entity] = entities
  if (root.name !== 'fetch' || entity === undefined || entities.length > 1) throw invalid('a fetch element with one entity is needed')
  checkSize(entity)
  const isAggregate = flag(root, 'aggregate')
  const query: FetchQuery = {
    entity: readEntity(entity, isAggregate),
    top: number(root, 'top'),
    count: number(root, 'count'),
    page: number(root, 'page') ?? 1,
    pagingCookie: attributeOf(root, 'paging-cookie'),
    isDistinct: flag(root, 'distinct'),
    isAggregate,
    aggregateLimit: number(root, 'aggregatelimit'),
    wantsTotal: flag(root, 'returntotalrecordcount'),
  }
  if (query.top !== undefined && (query.count !== undefined || query.page > 1))
    throw invalid("the attribute 'top' cannot be used together with 'page' and 'count'")
  return query
}

/** Throws the service's errors for a query with more links or conditions than it takes. */
function checkSize(entity: XmlElement): void {
  const { links, conditions } = sizeOf(entity)
  if (links > linkCap) throw new ODataError(400, '0x8004430D', 'Number of link entities in query exceeded maximum limit.')
  if (links + conditions > conditionCap) throw tooManyConditions()
}

function sizeOf(node: XmlElement): { readonly links: number; readonly conditions: number } {
  const own = { links: Number(node.name === 'link-entity'), conditions: Number(node.name === 'condition') }
  return childElements(node)
    .map(sizeOf)
    .reduce((sum, inner) => ({ links: sum.links + inner.links, conditions: sum.conditions + inner.conditions }), own)
}

function readRoot(text: string): XmlElement {
  try {
    return parseXml(text, 'fetchXml')
  } catch {
    throw new ODataError(400, '0x80040201', 'Invalid XML.')
  }
}

function readEntity(node: XmlElement, isAggregate: boolean): FetchEntity {
  const known = ['attribute', 'all-attributes', 'filter', 'order', 'link-entity', 'no-attrs']
  for (const { name } of childElements(node)) if (!known.includes(name)) throw notSupported(`the element '${name}' in FetchXML`)
  const attributes = childrenNamed(node, 'attribute').map((item) => readAttribute(item, isAggregate))
  const isAll = childrenNamed(node, 'all-attributes').length > 0
  return {
    name: required(node, 'name'),
    attributes,
    wantsAll: isAll || (node.name === 'entity' && attributes.length === 0 && childrenNamed(node, 'no-attrs').length === 0),
    filters: childrenNamed(node, 'filter').map(readFilter),
    orders: childrenNamed(node, 'order').map(readOrder),
    links: childrenNamed(node, 'link-entity').map((link, at) => readLink(link, { isAggregate, at })),
  }
}

function readLink(node: XmlElement, { isAggregate, at }: { readonly isAggregate: boolean; readonly at: number }): FetchLink {
  checkAttributes(node, 'name from to alias link-type intersect visible')
  const type = attributeOf(node, 'link-type') ?? 'inner'
  if (type !== 'inner' && type !== 'outer') throw notSupported(`the link-type '${type}' in FetchXML`)
  const entity = readEntity(node, isAggregate)
  return {
    ...entity,
    // The service numbers what has no alias; how exactly is unverified.
    alias: attributeOf(node, 'alias') ?? `${entity.name}${at + 1}`,
    from: required(node, 'from'),
    to: required(node, 'to'),
    isOuter: type === 'outer',
  }
}

const dateGroupings = ['day', 'week', 'month', 'quarter', 'year'] as const
const measures: readonly Measure[] = ['count', 'countcolumn', 'sum', 'min', 'max', 'avg']

function readAttribute(node: XmlElement, isAggregate: boolean): FetchAttribute {
  checkAttributes(node, 'name alias aggregate groupby dategrouping distinct usertimezone')
  const aggregate = attributeOf(node, 'aggregate')
  const measure = measures.find((known) => known === aggregate)
  if (aggregate !== undefined && measure === undefined) throw notSupported(`the aggregate '${aggregate}' in FetchXML`)
  const grouping = attributeOf(node, 'dategrouping')
  const dateGrouping = dateGroupings.find((known) => known === grouping)
  if (grouping !== undefined && dateGrouping === undefined) throw notSupported(`the dategrouping '${grouping}' in FetchXML`)
  const alias = attributeOf(node, 'alias')
  const isGroup = flag(node, 'groupby')
  if (isAggregate && measure === undefined && !isGroup) throw invalid('an attribute of an aggregate needs aggregate or groupby')
  if (isAggregate && alias === undefined) throw invalid('an attribute of an aggregate needs an alias')
  if (!isAggregate && measure !== undefined) throw invalid("the fetch element needs aggregate='true'")
  return {
    name: required(node, 'name'),
    alias,
    measure: measure === 'countcolumn' && flag(node, 'distinct') ? 'countdistinct' : measure,
    isGroup,
    dateGrouping,
  }
}

function readOrder(node: XmlElement): FetchOrder {
  checkAttributes(node, 'attribute alias descending')
  const order = { attribute: attributeOf(node, 'attribute'), alias: attributeOf(node, 'alias'), isDescending: flag(node, 'descending') }
  if (order.attribute === undefined && order.alias === undefined) throw invalid('an order needs an attribute or an alias')
  return order
}

function readFilter(node: XmlElement): FetchFilter {
  checkAttributes(node, 'type isquickfindfields overridequickfindrecordlimitenabled bypassquickfind')
  const kind = attributeOf(node, 'type') ?? 'and'
  if (kind !== 'and' && kind !== 'or') throw invalid(`the filter type '${kind}' is neither and nor or`)
  const parts = childElements(node).map((part): FetchFilter => {
    if (part.name === 'filter') return readFilter(part)
    if (part.name === 'condition') return readCondition(part)
    throw notSupported(`the element '${part.name}' in a filter of FetchXML`)
  })
  return { kind, parts }
}

function readCondition(node: XmlElement): FetchFilter {
  checkAttributes(node, 'entityname attribute operator value valueof uiname uitype uihidden')
  const operator = required(node, 'operator')
  const arity = operatorArity(operator)
  if (arity === undefined) throw notSupported(`the operator '${operator}' in FetchXML`)
  const single = attributeOf(node, 'value')
  const values = single === undefined ? childrenNamed(node, 'value').map((item) => textOf(item) ?? '') : [single]
  const valueColumn = attributeOf(node, 'valueof')
  const fits = { none: values.length === 0, one: values.length === 1, two: values.length === 2, many: values.length > 0 }[arity]
  if (!fits && valueColumn === undefined) throw invalid(`the operator '${operator}' does not take ${values.length} values`)
  return {
    kind: 'condition',
    entityName: attributeOf(node, 'entityname'),
    attribute: required(node, 'attribute'),
    operator,
    values,
    valueColumn,
  }
}

function checkAttributes(node: XmlElement, known: string): void {
  const names = known.split(' ')
  const other = node.attributes.find(({ name }) => !names.includes(name))
  if (other !== undefined) throw notSupported(`the attribute '${other.name}' of '${node.name}' in FetchXML`)
}

function required(node: XmlElement, name: string): string {
  const value = attributeOf(node, name)
  if (value === undefined || value === '') throw invalid(`'${node.name}' needs the attribute '${name}'`)
  return value
}

function number(node: XmlElement, name: string): number | undefined {
  const text = attributeOf(node, name)
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text)) throw invalid(`'${text}' is no number for '${name}'`)
  return Number(text)
}

function flag(node: XmlElement, name: string): boolean {
  const text = attributeOf(node, name)
  return text === 'true' || text === '1'
}

/** The service names the place in the XML too; only its code and its first words are known. */
function invalid(why: string): ODataError {
  return new ODataError(400, '0x80041102', `Invalid FetchXML: ${why}.`)
}

import { ownMember } from '#domain/kernel'
import type { XmlElement } from '../package.ts'
import { attributeOf } from '../xml/tree.ts'
import { flattenAttributes, flattenContent, type Flattening } from './flatten-xml.ts'
import type { Spot } from './spot.ts'

/** Levels of a privilege as roles write them, in words of the security model. */
const reaches: Readonly<Record<string, string>> = {
  Basic: 'user',
  Local: 'business unit',
  Deep: 'parent and child business units',
  Global: 'organisation',
}

/** `<RolePrivilege name="prvDeletenew_Permit" level="Global">`: "privilege Delete on new_Permit (organisation)". */
export function describePrivilege(work: Flattening, element: XmlElement, spot: Spot): void {
  const level = attributeOf(element, 'level') ?? ''
  // The item fact of the list was added just before: it gets the words and the reach.
  if (work.facts.at(-1)?.path === spot.path) work.facts.pop()
  const words = `privilege ${privilegeInWords(attributeOf(element, 'name') ?? '')}`
  work.facts.push({ path: spot.path, words, shape: 'item', value: ownMember(reaches, level) ?? level })
  const inside = { spot: { path: spot.path, words }, except: new Set(['@name', '@level']) }
  flattenAttributes(work, element, inside)
  flattenContent(work, element, inside)
}

const verbs = /^prv(Create|Read|Write|Delete|AppendTo|Append|Assign|Share)(.+)$/

/** `prvDeletenew_Permit` → "Delete on new_Permit"; a privilege of another form keeps its name. */
export function privilegeInWords(name: string): string {
  const [, verb, table] = verbs.exec(name) ?? []
  if (verb === undefined || table === undefined) return name.replace(/^prv/, '')
  return `${verb === 'AppendTo' ? 'Append To' : verb} on ${table}`
}

import type { PendingChange } from '#engine/ports'
import { DroverError } from '#domain/kernel'

/** Groups of PublishXml in the order of its schema (xs:sequence), with the element that names one member. */
const groups = [
  { group: 'entities', member: 'entity' },
  { group: 'dashboards', member: 'dashboard' },
  { group: 'optionsets', member: 'optionset' },
  { group: 'webresources', member: 'webresource' },
  { group: 'appmodules', member: 'appmodule' },
] as const

type Group = (typeof groups)[number]['group']

/** The parameter of PublishXml that publishes just these changes. */
export function publishXml(changes: readonly PendingChange[]): string {
  const targets = new Map<Group, Set<string>>()
  for (const change of changes) {
    const group = groupOf(change)
    targets.set(group, (targets.get(group) ?? new Set()).add(change.publishTarget))
  }
  const nodes = groups.map(({ group, member }) => {
    const names = [...(targets.get(group) ?? [])].sort()
    if (names.length === 0) return ''
    return `<${group}>${names.map((name) => `<${member}>${escapeXml(name)}</${member}>`).join('')}</${group}>`
  })
  return `<importexportxml>${nodes.join('')}</importexportxml>`
}

/** Views, charts, forms, columns and relationships are published with their table; a form without a table is a dashboard. */
function groupOf(change: PendingChange): Group {
  switch (change.kind) {
    case 'Entity':
    case 'Attribute':
    case 'EntityRelationship':
    case 'SavedQuery':
    case 'SavedQueryVisualization':
      return 'entities'
    case 'SystemForm':
      return change.publishTarget === change.id ? 'dashboards' : 'entities'
    case 'OptionSet':
      return 'optionsets'
    case 'WebResource':
      return 'webresources'
    case 'AppModule':
      return 'appmodules'
    default:
      throw new DroverError('dataverse.not-publishable', `${change.kind} ${change.name} is of a kind that has no publishing of its own.`, {
        hint: 'Leave it out: it is in force as soon as it is saved, or is published with something else.',
      })
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

import type { ObservedComponent } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'
import { componentSets } from '../observation/component-sets.ts'

/**
 * Deletes by id: repeated, it can delete nothing else, since a component that is made anew gets another id. The platform refuses what
 * others need (0x8004F01F) and what is managed [web-api A.5].
 */
export async function deleteComponent(client: DataverseClient, component: Pick<ObservedComponent, 'kind' | 'id' | 'table'>): Promise<void> {
  try {
    await client.send({ operation: 'DeleteRow', path: pathOf(client, component), isLong: true })
  } catch (error) {
    if (!(error instanceof DroverError && error.code === 'dataverse.not-found')) throw error
  }
}

function pathOf(client: DataverseClient, { kind, id, table }: Pick<ObservedComponent, 'kind' | 'id' | 'table'>): string {
  switch (kind) {
    case 'Entity':
      return `EntityDefinitions(${id})`
    case 'Attribute':
      return `EntityDefinitions(LogicalName=${literal(table ?? '')})/Attributes(${id})`
    case 'EntityRelationship':
      return `RelationshipDefinitions(${id})`
    case 'OptionSet':
      return `GlobalOptionSetDefinitions(${id})`
  }
  const set = componentSets.find((candidate) => candidate.kind === kind)
  if (set !== undefined) return `${set.set}(${id})`
  throw new DroverError(
    'customization.cannot-delete',
    `Drover does not delete components of the kind ${kind} in ${client.environment.name}.`,
    {
      hint: 'Delete it there by hand.',
    },
  )
}

import type { StageSettings } from '#domain/settings'
import type { EnvironmentVariable, SolutionModel } from '#domain/solution'

/** A connection that the demo makes in a target, so that a reference has something to be bound to. */
export interface DemoConnection {
  readonly id: string
  readonly connectorId: string
  readonly displayName: string
}

/** One connection per connection reference and stage; a reference whose connector is not named cannot get one. */
export function connectionsFor(model: SolutionModel, stage: string): readonly (DemoConnection & { readonly reference: string })[] {
  return model.connectionReferences.flatMap(({ logicalName, displayName, connectorId }, index) => {
    if (connectorId === undefined) return []
    const name =
      connectorId
        .split('/')
        .at(-1)
        ?.replace(/[^a-z0-9]/gi, '') ?? 'connection'
    return [
      {
        reference: logicalName,
        id: `${name.toLowerCase()}${stage}${index + 1}`,
        connectorId,
        displayName: `${displayName ?? logicalName} (${stage})`,
      },
    ]
  })
}

/** Settings for a solution that nobody has configured yet: every variable that the platform would miss gets a plain value. */
export function generateSettings(
  model: SolutionModel,
  stage: string,
): StageSettings & { readonly environmentVariables: Readonly<Record<string, string>> } {
  const missing = model.environmentVariables.filter((variable) => variable.defaultValue === undefined || variable.defaultValue === '')
  return {
    environmentVariables: Object.fromEntries(missing.map((variable) => [variable.schemaName, valueFor(variable, stage)])),
    connectionReferences: Object.fromEntries(connectionsFor(model, stage).map((connection) => [connection.reference, connection.id])),
    flows: {},
  }
}

function valueFor(variable: EnvironmentVariable, stage: string): string {
  switch (variable.type) {
    case 'number':
      return '1'
    case 'boolean':
      return 'yes'
    case 'json':
      return '{}'
    case 'secret':
      return `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/${stage}/providers/Microsoft.KeyVault/vaults/${stage}/secrets/${variable.schemaName}`
    case 'data-source':
    case 'string':
      return `value for ${stage}`
  }
}

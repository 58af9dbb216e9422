import type { ConfigurationTable } from '#domain/data'
import { isOfItsEnvironment, sortOf } from '#domain/data'
import type { EnvironmentId, PersonId, Reason, Result } from '#domain/kernel'
import { accept, DroverError, refuse } from '#domain/kernel'
import { actingOn, applyOverride, refuseActor } from '#domain/policy'
import { readDataSchema, writeDataPackage } from '#format'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'

export interface ConfigurationExportCommand {
  readonly environmentId: EnvironmentId
  readonly solution: string
  /** Text of a data_schema.xml: which tables and columns. */
  readonly schema: string
  readonly actor: PersonId
}

export interface ConfigurationExport {
  /** Path and text of each file of the package. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
  /** What of the schema was left out, and why. */
  readonly notes: readonly Reason[]
}

/**
 * Reads the rows that a schema chooses from a development environment, as a package whose files are the same whenever its rows are. Rows are
 * read for release managers and makers only, and never out of a pet: what is in production is no configuration until somebody has it in Dev.
 */
export async function exportConfigurationData(
  deps: EngineDependencies,
  { environmentId, solution, schema, actor }: ConfigurationExportCommand,
): Promise<Result<ConfigurationExport>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const may = applyOverride(deps.policy, configuration.policy).mayRequest
  const unfit = refuseActor(actingOn(configuration, { solution, environment: environmentId }), actor, {
    may,
    deed: 'export configuration data',
  })
  if (unfit !== undefined) return unfit
  const environment = findEnvironment(configuration, environmentId)
  if (!environment.ok) return environment
  const governed = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())
  if (governed === undefined)
    return refuse('promotion.not-governed', `Solution ${solution} is not in the configuration.`, 'Name one of drover.yaml.')
  const source = configuration.pipelines.find(({ id }) => id === governed.pipeline)?.source
  if (source !== environment.value.id || environment.value.careClass === 'pet') {
    return refuse(
      'data.not-the-source',
      `Configuration data of ${governed.uniqueName} is not exported from ${environment.value.name}.`,
      `Name its development environment, ${source ?? 'which its pipeline does not name'}: what is exported there goes along the pipeline with the solution.`,
    )
  }
  const described = readSchema(schema)
  if (!described.ok) return described
  const target = deps.environments.open(environment.value)
  const { kept, notes } = strip(described.value.tables)
  const tables: ConfigurationTable[] = []
  for (const table of kept) tables.push({ ...table, rows: await target.listDataRows(table) })
  const files = writeDataPackage({ tables, importOrder: described.value.importOrder, deletes: [], outside: [] })
  return accept({
    files: [...files].map(([path, bytes]) => ({ path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) })),
    tables: tables.map(({ name, rows }) => ({ table: name, rows: rows.length })),
    notes,
  })
}

/** What a person wrote wrong is a refusal and no breakage. */
function readSchema(schema: string): Result<ReturnType<typeof readDataSchema>> {
  try {
    return accept(readDataSchema(schema))
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    return refuse(error.code, error.message, error.hint ?? 'Mend data_schema.xml.')
  }
}

type Described = ReturnType<typeof readDataSchema>['tables'][number]

/** Without the columns that belong to one environment, and those whose content does not travel with rows [release-facts 1.3]. */
function strip(tables: readonly Described[]): {
  readonly kept: readonly Omit<ConfigurationTable, 'rows'>[]
  readonly notes: readonly Reason[]
} {
  const notes: Reason[] = []
  const kept = tables.map((table) => ({
    ...table,
    onTargetChange: 'keep' as const,
    columns: table.columns.filter((column) => {
      const subject = `${table.name}.${column.name}`
      const isEnvironments = isOfItsEnvironment(column.name)
      const isElsewhere = sortOf(column) === 'elsewhere'
      if (isEnvironments) notes.push({ subject, message: 'Left out: each environment fills it by itself.' })
      else if (isElsewhere) notes.push({ subject, message: `Left out: a column of the type ${column.type} does not travel with rows.` })
      return !isEnvironments && !isElsewhere
    }),
  }))
  return { kept, notes }
}

import type { Fact } from '#domain/difference'

/** What Studio writes into an app by itself: no noise, since an app may act otherwise by it, but no maker's work either. It is told in one line. */
export interface CanvasUpkeep {
  readonly what: string
  /** Fits the path of its facts. */
  readonly path: RegExp
  /** Another value is a maker's work; only its coming and going is Studio's. */
  readonly isMakersWhenChanged?: true
  readonly reason: string
  readonly evidence: string
}

export const canvasUpkeep: readonly CanvasUpkeep[] = [
  {
    what: 'version of a control’s kind',
    path: /(^|\/)(app|screen\/[^/]+|component\/[^/]+)(\/control\/[^/]+)?\/version$|(^|\/)kind of control\/|(^|\/)shipped definitions$/,
    reason: 'Studio raises controls to the versions that it ships, and brings their definitions along.',
    evidence: 'Observed: versions rise together when a newer Studio saves an app, and no app has an older version beside a newer one.',
  },
  {
    what: 'copy of a component’s definition in its instances',
    path: /\/kind\/ComponentDefinitionInfo\//,
    reason: 'The component itself is compared.',
    evidence: 'Observed: every instance repeats children and rules of the definition, numbered as the app numbers them at that time.',
  },
  {
    what: 'copy of a table, choice, view or service',
    path: /(^|\/)data source\/[^/]+\/(TableDefinition|NativeCDSDataSourceInfoNameMapping|OptionSetInfoNameMapping|ViewInfoNameMapping|OptionSetReference|CdsFCBContext|DataEntityMetadataJson|WadlMetadata|MaxGetRowsCount)/,
    reason:
      'Studio reads it from the environment when a maker refreshes the data source; the table itself is compared where it is part of the solution.',
    evidence: 'Observed: changes with columns of the table and with versions of Studio, in apps whose formulas did not change.',
  },
  {
    what: 'address of the maker’s environment',
    path: /(^|\/)app setting\/LocalDatabaseReferences \(JSON\)\/.*\/(instanceUrl|webApiVersion|state)$/,
    reason: 'Where the app was saved last; it runs against the environment that it is imported into.',
    evidence: 'Observed: changes between versions that different makers saved.',
  },
  {
    what: 'feature that Studio knows or no longer knows',
    path: /(^|\/)feature\//,
    isMakersWhenChanged: true,
    reason:
      'Each Studio writes all features that it knows; those that are for everybody by now are left out. Switching one is a maker’s work.',
    evidence: 'Observed: with a newer Studio many features come and go at once.',
  },
  {
    what: 'internal property',
    path: /\/property\/#/,
    reason: 'No formula can name it, and Studio does not show it.',
    evidence: 'Observed: properties with # come with the Studio that introduces them. Not documented.',
  },
  {
    what: 'header, list of ignored files, ids of controls, state of the editor',
    path: /(^|\/)file\/(Header\.json|\.gitignore)(\/|$)|^file\[[^\]]*identity\.json\](\/|$)|(^|\/)editor state$/i,
    reason: 'Nothing of it acts.',
    evidence: 'Observed: written anew with each save, as the app and Studio have it.',
  },
]

/** The facts, with the mark of those that Studio keeps by itself. */
export function withUpkeep(facts: readonly Fact[]): Fact[] {
  return facts.map((fact) => {
    const rule = canvasUpkeep.find(({ path }) => path.test(fact.path))
    if (rule === undefined) return fact
    return { ...fact, sum: 'studio', subject: rule.what, ...(rule.isMakersWhenChanged === true ? { isToldWhenChanged: true } : {}) }
  })
}

/** Which Studio saved the app, told beside what it keeps by itself. */
export function studioFact(version: string): Fact {
  return { path: 'studio', words: 'version of Studio', shape: 'value', value: version, sum: 'studio', isContext: true }
}

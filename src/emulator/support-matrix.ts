/** V verified in documentation or shipping code, O observed in artefacts or recorded sessions, 3 third-party reports, U inference. */
export type EvidenceMark = 'V' | 'O' | '3' | 'U'

/** One behaviour of the service and what the local environment does about it; docs/reference is generated from these. */
export interface SupportLine {
  readonly area:
    | 'import'
    | 'upgrade'
    | 'export'
    | 'publishing'
    | 'layers'
    | 'membership'
    | 'flows and settings'
    | 'jobs'
    | 'dependencies'
    | 'environment'
  readonly behaviour: string
  readonly state: 'supported' | 'refused'
  /** Section of the collected facts: `web-api` or `facts-2`. */
  readonly evidence: string
  readonly mark: EvidenceMark
}

type Entry = readonly [behaviour: string, evidence: string, mark: EvidenceMark, state?: SupportLine['state']]

const byArea: readonly (readonly [SupportLine['area'], readonly Entry[]])[] = [
  [
    'import',
    [
      ['StageSolution judges a file, keeps it, and answers 200 with Failed and its reasons', 'web-api A.1', 'V'],
      ['ImportSolution and ImportSolutionAsync, from the file or from a staged upload', 'web-api A.1', 'V'],
      ['Unmanaged import writes definitions into the Active layer, removes nothing, and may bring any version', 'web-api H', 'V'],
      ['Managed import adds or replaces its own layer and arrives published', 'web-api H', 'V'],
      ['A managed update keeps components that vanished from the package', 'web-api H', 'V'],
      [
        'A managed update with an equal or lower version is refused, unless the switch managedUpdateMayFall is set (sources contradict each other)',
        'facts-2 §1.1',
        '3',
      ],
      ['Managed over unmanaged and unmanaged over managed are refused: 0x80048040, 0x80048041', 'facts-2 §7', 'V'],
      [
        'A managed layer over an unmanaged base of the same component is refused (0x8004F016) unless ConvertToManaged; definitions of environment variables are absorbed',
        'facts-2 §7, §4',
        'V',
      ],
      ['Another publisher on a managed update is refused: 0x8004801C', 'web-api A.5', 'V'],
      ['What is no solution file is refused: 0x80048060', 'web-api A.5', 'V'],
      [
        'Overwriting customizations copies the incoming definition into the Active layer, which stays; merged kinds are left alone',
        'facts-2 §0, web-api H',
        'V',
      ],
      ['With unmanaged customizations blocked, unmanaged imports are refused: 0x80072042', 'facts-2 §6.4', 'V'],
      ['Import job data document with a result per component of the kinds that have a section', 'web-api B.5', 'O'],
      ['Patches: import, CloneAsPatch, CloneAsSolution', 'web-api A.3, facts-2 §1.1', 'V', 'refused'],
      ['LayerDesiredOrder, templates (IsTemplateMode, TemplateSuffix), SolutionComponentOptions', 'web-api A.1', 'V', 'refused'],
      ['ComponentParameters of other tables than connectionreference and environmentvariablevalue', 'web-api A.1', 'U', 'refused'],
      ['Managed properties (IsCustomizable = false) do not stop edits', 'web-api H', 'V', 'refused'],
      ['Definitions are not checked against the schema of customizations.xml (0x8004801A)', 'web-api A.5', 'V', 'refused'],
    ],
  ],
  [
    'upgrade',
    [
      ['StageAndUpgrade(Async) acts as a plain import when the solution is not installed', 'web-api H', 'V'],
      ['HoldingSolution installs <Name>_Upgrade beside its base, which must exist', 'web-api H', 'V'],
      ['DeleteAndPromote(Async) deletes what vanished and nothing else holds, and renames the holding solution', 'web-api H', 'V'],
      ['An equal or lower version is refused: 0x80048541', 'facts-2 §1.1', 'V'],
      ['A second holding solution, and any import while one is pending, is refused: 0x80048539', 'facts-2 §1.1', 'V'],
      ['When something else needs what would go, base and _Upgrade stay side by side: 0x8004F046', 'facts-2 §8', 'V'],
      ['Removing the base layer under another publisher is refused with the text of the service', 'facts-2 §8', 'V'],
      ['UninstallSolutionAsync: a managed solution goes with what only it holds, an unmanaged one as a container', 'web-api H', 'V'],
      ['Rows of data in tables are not kept here, so none is deleted with a table', 'facts-2 §8', 'U', 'refused'],
    ],
  ],
  [
    'export',
    [
      ['Every export is composed from component state; a shared table appears as behaviour 0, 1 or 2 says', 'web-api H', 'V'],
      ['Published state only; what was never published is absent', 'facts-2 §5', 'V'],
      ['Managed exports set Managed, blank cell labels that repeat the column, and leave an untouched EntityInfo out', 'web-api G.2', 'O'],
      ['Environment variables and connection references travel unlisted', 'facts-2 §1.6', 'O'],
      [
        'MissingDependencies: components outside that definitions name, and what packages recorded of platform components',
        'web-api H',
        'U',
      ],
      ['Managed and unknown solutions are refused: 0x80048036, 0x80048037', 'facts-2 §1.5', 'V'],
      ['Settings in exports (Export…Settings)', 'web-api A.2', 'V', 'refused'],
    ],
  ],
  [
    'publishing',
    [
      ['Direct creation publishes by itself, changes wait', 'facts-2 §5', 'V'],
      [
        'New forms, views, charts and web resources of an unmanaged import wait for publishing; the sources leave this open, so the stricter reading holds',
        'facts-2 §5, web-api H',
        'U',
      ],
      ['PublishXml with entities, ribbons, dashboards, optionsets, sitemaps, webresources, appmodules', 'facts-2 §5', 'V'],
      ['PublishAllXml and PublishAllXmlAsync', 'web-api A.3', 'V'],
      ['Flows, connection references, variables, roles and plug-in steps have no publish concept', 'facts-2 §5', 'U'],
    ],
  ],
  [
    'layers',
    [
      ['A stack per component, Active on top; the top definition wins', 'web-api H', 'V'],
      ['Forms, apps and site maps are not merged: the top definition wins for them too', 'web-api H', 'V', 'refused'],
      ['msdyn_componentlayers and msdyn_solutioncomponentsummaries', 'web-api B.3', 'O'],
      ['Phantom Active rows with empty Attributes where an unmanaged import touched a managed component', 'facts-2 §6.1', 'O'],
      ['A table whose main forms are all for some roles only gets an Active layer on one of them', 'facts-2 §6.1', 'V'],
      ['Changes of choices stand in msdyn_children', 'facts-2 §6.1', '3'],
      ['RemoveActiveCustomizations is a GET; the only layer of a component is not removed', 'facts-2 §6.3', 'V'],
    ],
  ],
  [
    'membership',
    [
      ['AddSolutionComponent is idempotent and returns the row id', 'facts-2 §1.2', 'U'],
      ['RemoveSolutionComponent takes the component id; the row id is taken too', 'facts-2 §1.2', '3'],
      ['Kinds without a fixed number have a code from 10000 of the environment', 'web-api B.2', 'V'],
    ],
  ],
  [
    'flows and settings',
    [
      ['A new cloud flow is off after an import, whatever PublishWorkflows says; classic workflows follow it', 'facts-2 §0', 'V'],
      ['A new flow belongs to the importing identity; an update keeps owner and state', 'facts-2 §3.4', 'U'],
      [
        'Connections bound through ComponentParameters make no layer; a later PATCH makes one that hides the next binding',
        'facts-2 §6.1',
        'V',
      ],
      ['An import fails with ConnectionNotFound when its identity may not see a connection that it binds', 'facts-2 §3.1', '3'],
      ['Values set at import are unmanaged rows, by design', 'facts-2 §4', 'V'],
      ['A packaged value is taken only where the environment has none', 'web-api H', 'U'],
      ['Secrets of variables are not looked up in a key vault', 'facts-2 §4', 'V', 'refused'],
    ],
  ],
  [
    'jobs',
    [
      ['asyncoperation 0/0, 2/20, 3/30 or 3/31, with the columns of a real import row', 'facts-2 §1.3, web-api H', 'O'],
      ['Import job and solution history appear when the job starts, not when it is accepted', 'web-api H', '3'],
      ['One writer at a time; another is refused at once with the lock text (the service may also queue it)', 'web-api A.5, H', '3'],
      ['The commit of an operation is one transaction; what a killed process left is ended as failed', 'own design', 'U'],
      ['Failure texts: JSON array in the validation stage, plain text after', 'facts-2 §1.4', 'V'],
    ],
  ],
  [
    'dependencies',
    [
      [
        'MissingDependencies of a package are satisfied by the component, or by a mounted platform solution of the version on major.minor.build',
        'facts-2 §1.1',
        'V',
      ],
      ['What the package needs without listing it is not searched for', 'web-api A.5', 'U', 'refused'],
      ['RetrieveMissingDependencies and RetrieveDependenciesForUninstall, from what definitions name', 'web-api A.4', 'O'],
      ['The …WithMetadata functions, RetrieveDependentComponents, RetrieveRequiredComponents', 'web-api A.4', 'O', 'refused'],
    ],
  ],
  [
    'environment',
    [
      ['Platform solutions have a name and a version, and no components', 'web-api H', 'U'],
      ['WhoAmI, RetrieveVersion, RetrieveCurrentOrganization', 'web-api A.4', 'V'],
    ],
  ],
]

export const supportMatrix: readonly SupportLine[] = byArea.flatMap(([area, entries]) =>
  entries.map(([behaviour, evidence, mark, state]) => ({ area, behaviour, evidence, mark, state: state ?? 'supported' })),
)

import type { Version } from '#domain/kernel'

export interface Publisher {
  readonly uniqueName: string
  readonly displayName: string
  /** Customisation prefix, without the underscore. */
  readonly prefix: string
  readonly optionValuePrefix: number | undefined
}

/** A root component as the manifest lists it. Attribute shapes vary in real exports: any of id, schemaName and behavior may be absent. */
export interface RootComponent {
  /** The manifest's type: a number of option set `componenttype`, or a name for kinds that have no fixed number. */
  readonly type: string
  readonly kind: string
  readonly id: string | undefined
  readonly schemaName: string | undefined
  /** 0 with all subcomponents, 1 only those listed, 2 shell only. */
  readonly behavior: 0 | 1 | 2 | undefined
}

/** Something the solution needs that it does not carry, as its export recorded it. */
export interface MissingDependency {
  readonly required: DependencyEnd & {
    /** Unique name of the solution that has it; `Active` when it was only unmanaged in the source, `System` for the platform. */
    readonly solution: string
    readonly minimumVersion: Version | undefined
  }
  readonly dependent: DependencyEnd
}

export interface DependencyEnd {
  readonly type: string
  readonly kind: string
  readonly schemaName: string | undefined
  readonly displayName: string | undefined
  readonly id: string | undefined
  readonly parentSchemaName: string | undefined
}

export interface SolutionManifest {
  readonly uniqueName: string
  readonly displayName: string
  readonly version: Version
  readonly isManaged: boolean
  readonly publisher: Publisher
  /** Unique name of the solution that this one patches. */
  readonly patchOf: string | undefined
  /** Dataverse version of the environment that exported it (`version` of ImportExportXml). */
  readonly platformVersion: string | undefined
  readonly rootComponents: readonly RootComponent[]
  readonly missingDependencies: readonly MissingDependency[]
}

/** One component of a solution file, by identity. */
export interface Component {
  /** Layer-table name of the kind, for example `Entity`, `Attribute`, `Workflow`, `connectionreference`. */
  readonly kind: string
  /** Identity that is stable between environments: logical name, schema name, or a guid in lower case without braces. */
  readonly key: string
  readonly displayName: string | undefined
  /** `kind:key` of the table or other component it lives in. */
  readonly parent: string | undefined
}

export interface CloudFlow {
  /** Workflow id, lower case, no braces. */
  readonly id: string
  readonly name: string
  /** Whether the package carries it as switched on. */
  readonly isOn: boolean
  /** Logical names of the connection references it uses. */
  readonly connectionReferences: readonly string[]
  /** Connections that are written into the flow itself (STR-06): connector and connection name. */
  readonly embeddedConnections: readonly { readonly connector: string; readonly connection: string }[]
  /** Workflow ids of the child flows it calls. */
  readonly childFlows: readonly string[]
  /** The definition as parsed JSON, or undefined when the file is absent or unreadable. */
  readonly definition: unknown
}

export interface ConnectionReference {
  readonly logicalName: string
  readonly displayName: string | undefined
  /** Connector id, for example /providers/Microsoft.PowerApps/apis/shared_sharepointonline. */
  readonly connectorId: string | undefined
}

export type EnvironmentVariableType = 'string' | 'number' | 'boolean' | 'json' | 'data-source' | 'secret'

export interface EnvironmentVariable {
  readonly schemaName: string
  readonly displayName: string | undefined
  readonly type: EnvironmentVariableType
  readonly defaultValue: string | undefined
  readonly isRequired: boolean
  /** A current value that travels inside the package (STR-09). */
  readonly packagedValue: string | undefined
}

/** What a solution file says, read once; every check and every plan works on this. */
export interface SolutionModel {
  readonly manifest: SolutionManifest
  readonly components: readonly Component[]
  readonly flows: readonly CloudFlow[]
  readonly connectionReferences: readonly ConnectionReference[]
  readonly environmentVariables: readonly EnvironmentVariable[]
  /** Text parts that checks scan for literals: path inside the solution and content. */
  readonly texts: readonly { readonly path: string; readonly text: string }[]
}

/** BOLT tier: how much rigour a solution needs, 1 (personal) to 4 (enterprise). */
export type Tier = 1 | 2 | 3 | 4

/**
 * An advanced connector policy that is assigned to an environment or to the environment group that it is in: what is not in its list is
 * blocked. It is about certified connectors alone; custom connectors and steps over HTTP are left to data policies [Microsoft Learn, "Advanced
 * connector policies"].
 */
export interface ObservedConnectorPolicy {
  readonly name: string
  readonly assignedTo: 'environment' | 'environment group'
  readonly allowed: readonly AllowedConnector[]
  /** Whether data policies of the tenant are not asked at all beside it. */
  readonly isOnly: boolean
}

export interface AllowedConnector {
  /** Name in lower case. */
  readonly connector: string
  /** Operation ids of actions and triggers, in lower case; absent: all. */
  readonly actions?: readonly string[]
  /** Only some types of connections to it are allowed; which, is not told. */
  readonly limitsConnections?: true
}

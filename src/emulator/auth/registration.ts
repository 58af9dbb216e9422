/** An application registered in a local tenant. It becomes an application user (systemuser) of every environment at start. */
export interface ClientRegistration {
  readonly tenantId: string
  /** Application (client) id, a guid. */
  readonly clientId: string
  readonly clientSecret: string
  /** Object id of its service principal: the `oid` of its tokens. */
  readonly objectId: string
  readonly name: string
}

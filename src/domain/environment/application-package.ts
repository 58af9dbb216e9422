/** An application of Microsoft's or of a partner's that a tenant may have in an environment (Dynamics 365 apps), as its administration tells it. */
export interface ApplicationPackage {
  readonly uniqueName: string
  readonly displayName: string
  readonly version: string
  /** `offered`: it could be installed; `failed`: that was tried last, and it can be tried again. */
  readonly state: 'installed' | 'installing' | 'failed' | 'offered'
}

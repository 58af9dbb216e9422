import type { ObservedComponent, ObservedRole } from '#domain/environment'

/**
 * The few ways in which Drover itself changes what an environment consists of, beside imports. Each is sent once; the caller has recorded
 * before that it is about to, and asks afterwards what is there.
 */
export interface Customization {
  /** Makes an unmanaged solution that holds these components, each alone (a table as a shell); idempotent by name. */
  makeTransport(transport: {
    readonly uniqueName: string
    readonly publisherOf: string
    readonly components: readonly Pick<ObservedComponent, 'kind' | 'id' | 'type'>[]
  }): Promise<void>
  /** Deletes an unmanaged solution, which deletes no component; idempotent. Throws `customization.not-unmanaged` for a managed one. */
  removeTransport(uniqueName: string): Promise<void>
  /**
   * Drops the Active layer of one component. Refuses with `customization.only-layer` when it is the component's only layer, since the
   * component itself would go. The platform's message is a GET that destroys: it is never repeated.
   */
  removeActiveLayer(component: Pick<ObservedComponent, 'kind' | 'id'>): Promise<void>
  /** Applies an upgrade that was staged: DeleteAndPromote. Asynchronous; to be followed. */
  startUpgradeApplication(uniqueName: string): Promise<{ readonly asyncOperationId: string }>
  /** Withdraws a staged upgrade: uninstalls `<uniqueName>_Upgrade`. Asynchronous; to be followed. */
  startUpgradeWithdrawal(uniqueName: string): Promise<{ readonly asyncOperationId: string }>
  /** Whether unmanaged changes are blocked; undefined when it cannot be read. */
  fetchUnmanagedBlock(): Promise<boolean | undefined>
  /** Switches the block; reads the settings of the organization anew first and changes nothing else in them. */
  setUnmanagedBlock(isOn: boolean): Promise<void>
  /** Roles that let their holders change the environment, with their holders. */
  fetchPowerfulRoles(): Promise<readonly ObservedRole[]>
  /** Features in use that the block is known to break (PET-11), by name, with what shows it. */
  findWhatBlockBreaks(): Promise<readonly { readonly feature: string; readonly evidence: string }[]>
}

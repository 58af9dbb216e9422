import type { ObservedComponent, ObservedRole, Unseen } from '#domain/environment'

/**
 * The few ways in which Drover itself changes what an environment consists of, beside imports. Each is sent once; the caller has recorded
 * before that it is about to, and asks afterwards what is there.
 */
export interface Customization {
  /**
   * Makes an unmanaged solution that holds these components, each alone, and the tables that they belong to without their parts; idempotent
   * by name. `publisherOf` is the unique name of the solution whose publisher it gets, where that may be given.
   */
  makeTransport(transport: {
    readonly uniqueName: string
    readonly publisherOf: string
    readonly components: readonly Pick<ObservedComponent, 'kind' | 'id' | 'type' | 'table'>[]
  }): Promise<void>
  /**
   * Puts components into an unmanaged solution that is there. A table comes with all that is and will be in it where it is `isWhole`, else as the
   * place of its parts; parts of a table that the solution holds whole are in it with that, and nothing that it holds is held otherwise afterwards.
   * Idempotent.
   */
  holdComponents(of: {
    readonly solution: string
    readonly components: readonly (Pick<ObservedComponent, 'kind' | 'id' | 'type' | 'table'> & { readonly isWhole: boolean })[]
  }): Promise<void>
  /** Deletes an unmanaged solution, which deletes no component; idempotent. Throws `customization.not-unmanaged` for a managed one. */
  removeTransport(uniqueName: string): Promise<void>
  /**
   * Drops the Active layer of one component. Throws `customization.only-layer` when it is the component's only layer, since the component
   * itself would go, and `customization.no-active-layer` when there is none. The platform's message is a GET that destroys: it is never
   * repeated, and when its outcome is unclear (`dataverse.ambiguous`) the layers tell.
   */
  removeActiveLayer(component: Pick<ObservedComponent, 'kind' | 'id'>): Promise<void>
  /**
   * Deletes one unmanaged component by its id, with what is in it; asked for what is gone already, it is content. What the environment says
   * against it is thrown, for example that others need it. A table or column takes its data along.
   */
  deleteComponent(component: Pick<ObservedComponent, 'kind' | 'id' | 'table'>): Promise<void>
  /** Applies an upgrade that was staged: DeleteAndPromote. Asynchronous; to be followed. */
  startUpgradeApplication(uniqueName: string): Promise<{ readonly asyncOperationId: string }>
  /** Withdraws a staged upgrade: uninstalls `<uniqueName>_Upgrade`. Asynchronous; to be followed. */
  startUpgradeWithdrawal(uniqueName: string): Promise<{ readonly asyncOperationId: string }>
  /** Takes a managed solution away, with what nobody else holds of it and the data in it. Asynchronous; to be followed. */
  startUninstallation(uniqueName: string): Promise<{ readonly asyncOperationId: string }>
  /** Whether unmanaged changes are blocked; undefined when it cannot be read. */
  fetchUnmanagedBlock(): Promise<boolean | undefined>
  /** Switches the block; reads the settings of the organization anew first and changes nothing else in them. */
  setUnmanagedBlock(isOn: boolean): Promise<void>
  /** Roles that let their holders change the environment, with their holders. */
  fetchPowerfulRoles(): Promise<{ readonly roles: readonly ObservedRole[]; readonly unseen: readonly Unseen[] }>
  /** Features in use that the block is known to break (PET-11), by name, with what shows it; those whose use cannot be seen are unseen. */
  findWhatBlockBreaks(): Promise<{
    readonly found: readonly { readonly feature: string; readonly evidence: string }[]
    readonly unseen: readonly Unseen[]
  }>
}

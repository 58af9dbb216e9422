import type { Customization, UpgradeInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { removeActiveLayer } from './active-layer.ts'
import { findWhatBlockBreaks } from './block-breaks.ts'
import { deleteComponent } from './delete-component.ts'
import { fetchPowerfulRoles } from './powerful-roles.ts'
import { holdComponents, makeTransport, removeTransport } from './transport.ts'
import { fetchUnmanagedBlock, setUnmanagedBlock } from './unmanaged-block.ts'
import { createUpgrades } from './upgrades.ts'

/** What Drover itself changes in an environment, beside imports. */
export function createCustomization(client: DataverseClient): Customization & UpgradeInspection {
  return {
    makeTransport: (transport) => makeTransport(client, transport),
    holdComponents: (of) => holdComponents(client, of),
    removeTransport: (uniqueName) => removeTransport(client, uniqueName),
    removeActiveLayer: (component) => removeActiveLayer(client, component),
    deleteComponent: (component) => deleteComponent(client, component),
    ...createUpgrades(client),
    fetchUnmanagedBlock: () => fetchUnmanagedBlock(client),
    setUnmanagedBlock: (isOn) => setUnmanagedBlock(client, isOn),
    fetchPowerfulRoles: () => fetchPowerfulRoles(client),
    findWhatBlockBreaks: () => findWhatBlockBreaks(client),
  }
}

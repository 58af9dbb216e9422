import { DroverError } from '#domain/kernel'
import type { Customization } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { removeActiveLayer } from './active-layer.ts'
import { findWhatBlockBreaks } from './block-breaks.ts'
import { fetchPowerfulRoles } from './powerful-roles.ts'
import { makeTransport, removeTransport } from './transport.ts'
import { fetchUnmanagedBlock, setUnmanagedBlock } from './unmanaged-block.ts'

/** What Drover itself changes in an environment, beside imports. */
export function createCustomization(client: DataverseClient): Customization {
  return {
    makeTransport: (transport) => makeTransport(client, transport),
    removeTransport: (uniqueName) => removeTransport(client, uniqueName),
    removeActiveLayer: (component) => removeActiveLayer(client, component),
    startUpgradeApplication: unbuilt,
    startUpgradeWithdrawal: unbuilt,
    fetchUnmanagedBlock: () => fetchUnmanagedBlock(client),
    setUnmanagedBlock: (isOn) => setUnmanagedBlock(client, isOn),
    fetchPowerfulRoles: () => fetchPowerfulRoles(client),
    findWhatBlockBreaks: () => findWhatBlockBreaks(client),
  }
}

function unbuilt(): never {
  throw new DroverError('dataverse.unbuilt', 'This cannot be asked of an environment yet.')
}

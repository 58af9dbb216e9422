import { DroverError } from '#domain/kernel'
import type { RescueStore } from '#engine/ports'

export function createRescueStore(folder: string): RescueStore {
  const unbuilt = (): never => {
    throw new DroverError('rescue.unbuilt', `Nothing can be saved in ${folder} yet.`)
  }
  return { put: unbuilt, get: unbuilt, remove: unbuilt }
}

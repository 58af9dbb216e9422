import { z } from 'zod'
import type { ObservedUser } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import { idFilters } from './id-filters.ts'
import { isUnseen } from './unseen.ts'

export interface KnownUser extends ObservedUser {
  readonly isEnabled: boolean
  /** Of their account at Entra, in lower case: the same in every environment. Absent where the row has none. */
  readonly objectId?: string | undefined
}

/** Who stands behind ids of users; each is asked for once. */
export interface UserDirectory {
  /** By id in lower case. Those that cannot be read are missing. */
  fetchUsers(ids: readonly (string | null | undefined)[]): Promise<ReadonlyMap<string, KnownUser>>
}

const row = z.object({
  systemuserid: z.string(),
  fullname: z.string().nullish(),
  domainname: z.string().nullish(),
  applicationid: z.string().nullish(),
  isdisabled: z.boolean().nullish(),
  azureactivedirectoryobjectid: z.string().nullish(),
})

const mostFilters = 3

export function createUserDirectory(client: DataverseClient): UserDirectory {
  const known = new Map<string, KnownUser>()
  const asked = new Set<string>()
  return {
    async fetchUsers(ids) {
      const wanted = new Set(ids.flatMap((id) => (id ? [id.toLowerCase()] : [])))
      const unasked = [...wanted].filter((id) => !asked.has(id))
      for (const path of pathsOf(unasked)) {
        for (const user of await listVisible(client, path)) known.set(user.systemuserid.toLowerCase(), readUser(user))
      }
      for (const id of unasked) asked.add(id)
      return new Map([...known].filter(([id]) => wanted.has(id)))
    },
  }
}

/** A page of all users holds thousands: from some number on, asking for all of them takes fewer requests than asking for those. */
function pathsOf(ids: readonly string[]): readonly string[] {
  const all = 'systemusers?$select=systemuserid,fullname,domainname,applicationid,isdisabled,azureactivedirectoryobjectid'
  const filters = idFilters('systemuserid', ids)
  return filters.length > mostFilters ? [all] : filters.map((filter) => `${all}&$filter=${filter}`)
}

/** The user, or no more than the id where its row cannot be read; undefined for nobody. */
export function userOf(users: ReadonlyMap<string, KnownUser>, id: string | null | undefined): ObservedUser | undefined {
  if (!id) return undefined
  const known = users.get(id.toLowerCase())
  if (known === undefined) return { userId: id.toLowerCase(), name: id.toLowerCase(), isApplication: false }
  return { userId: known.userId, name: known.name, isApplication: known.isApplication }
}

async function listVisible(client: DataverseClient, path: string): Promise<readonly z.infer<typeof row>[]> {
  try {
    return await client.list('ReadRows', path, row)
  } catch (error) {
    if (isUnseen(error)) return []
    throw error
  }
}

function readUser(user: z.infer<typeof row>): KnownUser {
  const userId = user.systemuserid.toLowerCase()
  return {
    userId,
    name: user.fullname || user.domainname || userId,
    isApplication: Boolean(user.applicationid),
    isEnabled: user.isdisabled !== true,
    objectId: user.azureactivedirectoryobjectid?.toLowerCase(),
  }
}

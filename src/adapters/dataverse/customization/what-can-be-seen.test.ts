import { afterEach, describe, expect, it } from 'vitest'
import type { Asked, LocalServer, Told } from '../testing/local-server.ts'
import { api, openAt, startLocalServer } from '../testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

async function open(answers: Readonly<Record<string, Told | readonly object[]>>) {
  server = await startLocalServer((asked: Asked) => {
    const told = answers[asked.path.replace(api(''), '')]
    return Array.isArray(told) ? { body: { value: told } } : (told as Told | undefined)
  })
  return openAt(server.url)
}

const admin = {
  roleid: 'r1',
  name: 'Systemadministrator',
  _roletemplateid_value: '627090ff-40a3-4053-8790-584edc5be201',
  _parentrootroleid_value: 'r1',
}
const adminOfUnit = { ...admin, roleid: 'r1b', _parentrootroleid_value: 'r1' }
const boatswain = { roleid: 'r2', name: 'Boatswain', _roletemplateid_value: null, _parentrootroleid_value: 'r2' }
const clerk = { roleid: 'r3', name: 'Clerk', _roletemplateid_value: null, _parentrootroleid_value: 'r3' }
const anna = { systemuserid: 'U1', fullname: 'Anna', applicationid: null, isdisabled: false }
const gone = { systemuserid: 'U2', fullname: 'Gone', applicationid: null, isdisabled: true }
const berta = { systemuserid: 'U3', fullname: 'Berta', applicationid: null, isdisabled: false }
const roles = {
  roles: [admin, adminOfUnit, boatswain, clerk],
  privileges: [{ privilegeid: 'P1', name: 'prvWriteEntity' }],
  roleprivilegescollection: [{ roleid: 'r2' }],
  'roles(r1)/systemuserroles_association': [anna, gone],
  'roles(r1)/teamroles_association': [],
  'roles(r1b)/systemuserroles_association': [],
  'roles(r1b)/teamroles_association': [{ teamid: 't1', name: 'Makers' }],
  'roles(r2)/systemuserroles_association': [],
  'roles(r2)/teamroles_association': [{ teamid: 't1', name: 'Makers' }],
  'teams(t1)/teammembership_association': [berta],
}

describe('holders of powerful roles', () => {
  it('are those of the platform roles in any language, of any business unit and team, and of roles that may customize; the disabled are none', async () => {
    const { roles: seen, unseen } = await (await open(roles)).fetchPowerfulRoles()
    expect(seen.map(({ name, holders }) => [name, holders.map((user) => user.name)])).toEqual([
      ['Systemadministrator', ['Anna', 'Berta']],
      ['Boatswain', ['Berta']],
    ])
    expect(unseen).toEqual([])
  })

  it('of a team without members are unseen, since those of a group appear when they sign in', async () => {
    const { unseen } = await (await open({ ...roles, 'teams(t1)/teammembership_association': [] })).fetchPowerfulRoles()
    expect(unseen.map(({ what }) => what)).toEqual(['members of team Makers'])
  })
})

describe('features that the block breaks', () => {
  const forbidden: Told = { status: 403, body: { error: { code: '0x80040220', message: 'No.' } } }

  it('are found by their rows and by installed products; what has no table is not in use; what may not be read is unseen', async () => {
    const target = await open({
      workflows: ['A', 'B', 'C', 'D'].map((name) => ({ name })),
      slas: [],
      msdyn_dataflows: forbidden,
      solutions: [{ uniquename: 'msdyn_FieldService', friendlyname: 'Dynamics 365 Field Service' }],
    })
    const { found, unseen } = await target.findWhatBlockBreaks()
    expect(found).toEqual([
      { feature: 'classic workflows: switching them on and off', evidence: '4 classic workflows: A, B, C and 1 more' },
      { feature: 'Field Service: installing and updating it', evidence: 'installed: msdyn_FieldService' },
    ])
    expect(unseen.map(({ what }) => what)).toContain('dataflows')
    expect(unseen.map(({ what }) => what)).not.toContain('automatic record creation: switching rules on and off')
  })
})

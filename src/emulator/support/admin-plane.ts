import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const adminPlaneSupport: SupportArea = {
  title: 'Administration of environments',
  lines: [
    served(
      'Refused for an application that no administrator registered (adminApplications), and for people without the role',
      'web-api D',
      'O',
    ),
    partly(
      'Environments of BAP: list, show, create, change, delete, change of kind; locations, currencies, languages; validation of details',
      {
        missing:
          'environments without a database, billing policies, groups, capacity, change of domain name, recovery after deletion; addresses of portals, and on which machines an environment lies',
      },
      'web-api F.1',
      'V',
    ),
    partly(
      'Operations to poll, with stages and Retry-After; one at a time for each environment (409 OperationNotStartable)',
      { missing: 'failures; what an operation changes is there when it is accepted, and its length is unverified' },
      'web-api F.1',
      'O',
    ),
    served(
      'A new environment answers Dataverse calls with 403 until its creator has become a user, later than the operation ends',
      'web-api F.1',
      'V',
    ),
    served('addAppUser makes a user without a role (that it has none is unverified)', 'web-api D', 'U'),
    served('Managed Environments on and off, with their settings', 'facts-2 §10', 'O'),
    partly(
      'Solution checker enforcement: Block refuses an import without a complete, clean result of the last 90 days; Warn warns at staging',
      { missing: 'the checker itself: results are recorded at an address of the emulator; form of the refusal and place of the warning' },
      'facts-2 §10',
      'V',
    ),
    partly(
      'Administration mode: only System Administrators and System Customizers enter',
      { missing: 'text of the refusal; background operations that are off stop nothing' },
      'web-api F.1',
      'V',
    ),
    partly(
      'Backups: manual, of production and sandbox, usable after 12 minutes, kept 7 or 28 days of the service’s time',
      { missing: 'backups that the service takes by itself, longer retention of managed production' },
      'release-facts §8',
      'V',
    ),
    partly(
      'Restores and copies, full and minimal, with their restrictions; administration mode and background operations off after, connection references empty, cloud flows off, canvas apps with new ids',
      { missing: 'moments without a manual backup, audit data; sharing with everyone; codes of the refusals are unverified' },
      'release-facts §8',
      'V',
    ),
    partly(
      'Sharing of canvas apps by an administrator of the tenant: with whom each is shared, and sharing it with users and groups; who is put gets that role, all others keep theirs',
      {
        missing:
          'taking shares away, mails, names of principals; that a principal exists is not checked. Body of the answer, code of an unknown app, kind of an owner that is an application, and that the id of an app is that of its row, are unverified',
      },
      'release-facts §3',
      '3',
    ),
    partly(
      'Applications of an environment (App Management): listed with their state, installed, followed; one at a time',
      {
        missing:
          'entitlement, updates of an installed application, components: an application is names and versions of solutions, set at the control address; words for states besides Installed and None, and the time that it takes, are unverified',
      },
      'applications',
      'V',
    ),
    refused('Environment groups and their rules, resets, moves, customer keys, recovery of deleted environments', 'web-api F', 'V'),
  ],
}

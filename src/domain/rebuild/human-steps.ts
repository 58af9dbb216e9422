import type { Environment } from '#domain/environment'
import { connectorName } from '#domain/solution'
import type { HumanStep, OldConnection } from './rebuild.ts'

type Place = Pick<Environment, 'name' | 'url' | 'credentials'>

/** An interactive sign-in is nobody's but a person's: consent cannot be given by a machine (release-facts §7). */
export function connectionStep({ name, url, credentials }: Place, connection: OldConnection, owner: string): HumanStep {
  const connector = connectorName(connection.connectorId) ?? 'the connector of the old one'
  const named = connection.displayName === undefined ? '' : ` named "${connection.displayName}"`
  return {
    who: owner,
    where: `${name} (${url}), Power Apps or Power Automate, Connections`,
    what: `Make a connection of ${connector}${named}, sign in to it, and share it ("Can use") with the application ${credentials.clientId}; it stands for ${connection.id}.`,
  }
}

export function installStep({ name, url }: Place, solution: string): HumanStep {
  return {
    who: 'A platform-admin',
    where: `${name} (${url}), Power Platform admin center, Dynamics 365 apps, or an import of its vendor's file`,
    what: `Install ${solution}, in the version that is named or a higher one.`,
  }
}

export function languageStep({ name, url }: Place, code: number): HumanStep {
  return {
    who: 'A platform-admin',
    where: `${name} (${url}), Power Platform admin center, Settings, Languages`,
    what: `Switch on the language ${code} before solutions are brought.`,
  }
}

/** Rows of a pet are masked and brought at the word of somebody who answers for them, each time (decision of the data owner). */
export function dataStep(from: string, dataId: string | undefined): HumanStep {
  return {
    who: `An owner of the data of ${from}, not who ordered the rebuild`,
    where: 'Drover',
    what:
      dataId === undefined
        ? 'Agree that masked rows are read once more, when the rebuild asks for it.'
        : `Agree that masked rows are read once more: \`drover data approve ${dataId}\`.`,
  }
}

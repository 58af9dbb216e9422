/** The Dataverse version that a local environment says it has. */
export const platformVersion = '9.2.26104.00167'

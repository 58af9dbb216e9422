import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startEmulator } from '#emulator';
import { writeZip } from '#format';
import { memoryFolder } from "../support/memory-folder.js";
export const tenantId = '11111111-1111-4111-8111-111111111111';
export const deployer = {
    tenantId,
    clientId: '22222222-2222-4222-8222-222222222222',
    clientSecret: 'a secret of the tests',
    objectId: '22222222-0000-4222-8222-222222222222',
    name: 'Deployer',
};
export const adminSecret = 'control of the tests';
const sampleFolder = join(import.meta.dirname, '../../samples/contoso-inspection');
export async function openOrganisation(options = {}) {
    const liveUrl = process.env['DATAVERSE_URL'];
    return liveUrl === undefined ? openLocal(options) : openLive(liveUrl.replace(/\/$/, ''));
}
export async function openLocal(options = {}) {
    const dataDir = mkdtempSync(join(memoryFolder(), 'drover-wire-'));
    const emulator = await startEmulator({
        port: 0,
        dataDir,
        environments: ['dev', 'test'],
        clients: [deployer],
        adminSecret,
        clockScale: 10,
        ...options,
    });
    const url = `${emulator.url}/dev`;
    return {
        ...client({
            url,
            tokenUrl: `${emulator.url}/${tenantId}/oauth2/v2.0/token`,
            clientId: deployer.clientId,
            clientSecret: deployer.clientSecret,
        }),
        isLive: false,
        mayChange: true,
        objectId: deployer.objectId,
        connectivityUrl: `${url}/connectivity`,
        control: (method, path, body) => send(`${emulator.url}/_emulator/${path}`, {
            method,
            headers: { authorization: `Bearer ${adminSecret}` },
            ...(body === undefined ? {} : { body }),
        }),
        async close() {
            await emulator.close();
            rmSync(dataDir, { recursive: true, force: true });
        },
    };
}
/** A sample solution of the repository as an unmanaged solution file. */
export async function sampleSolution(version = '1.0.0.0') {
    const root = join(sampleFolder, version);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile());
    return writeZip(files.map((path) => ({ path: relative(root, join(root, path)).split(sep).join('/'), bytes: readFileSync(join(root, path)) })));
}
/** Polls an asynchronous operation until it has completed. */
export async function followOperation(organisation, id) {
    const deadline = Date.now() + 900_000;
    for (;;) {
        const { json } = await organisation.call('GET', `asyncoperations(${id})`);
        if (json['statecode'] === 3)
            return json;
        if (Date.now() > deadline)
            throw new Error(`The operation ${id} did not end: ${JSON.stringify(json)}`);
        await wait(organisation.isLive ? 5_000 : 20);
    }
}
/** Imports a solution file and returns the completed operation. */
export async function importSolution(organisation, zip, more = {}) {
    const body = {
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        CustomizationFile: Buffer.from(zip).toString('base64'),
        ImportJobId: crypto.randomUUID(),
        ...more,
    };
    const started = await organisation.call('POST', 'ImportSolutionAsync', { body });
    if (started.status !== 200)
        throw new Error(`${started.status} ${started.text}`);
    return followOperation(organisation, String(started.json['AsyncOperationId']));
}
export function errorOf(answer) {
    // Every error body of the Web API has this shape; the tests that read it fail when it has not.
    return answer.json['error'];
}
export function rowsOf(answer) {
    if (answer.status !== 200)
        throw new Error(`${answer.status} ${answer.text}`);
    return answer.json['value'];
}
function openLive(url) {
    const tokenUrl = required('DATAVERSE_TOKEN_URL');
    return {
        ...client({ url, tokenUrl, clientId: required('DATAVERSE_CLIENT_ID'), clientSecret: required('DATAVERSE_CLIENT_SECRET') }),
        isLive: true,
        mayChange: process.env['DATAVERSE_ALLOW_CHANGES'] === '1',
        objectId: undefined,
        connectivityUrl: process.env['DATAVERSE_CONNECTIVITY_URL'] ?? '',
        control: undefined,
        close: () => Promise.resolve(),
    };
}
/** Signs in once, when it is first asked for something. */
export function client(address) {
    let token;
    return {
        ...address,
        async call(method, path, more = {}) {
            token ??= fetchToken(address);
            const url = path.startsWith('http') ? path : `${address.url}/api/data/v9.2/${path}`;
            const headers = { authorization: `Bearer ${await token}`, accept: 'application/json', 'odata-version': '4.0', ...more.headers };
            return send(url, { method, headers, ...(more.body === undefined ? {} : { body: more.body }) });
        },
    };
}
async function fetchToken(address) {
    const form = {
        grant_type: 'client_credentials',
        client_id: address.clientId,
        client_secret: address.clientSecret,
        scope: `${new URL(address.url).origin}/.default`,
    };
    const answer = await send(address.tokenUrl, { method: 'POST', form });
    if (answer.status !== 200)
        throw new Error(`No token: ${answer.text}`);
    return String(answer.json['access_token']);
}
export async function send(url, request) {
    const content = request.body === undefined ? {} : { 'content-type': 'application/json' };
    const body = request.form === undefined ? contentOf(request.body) : new URLSearchParams(request.form);
    const response = await fetch(url, {
        method: request.method,
        headers: { ...content, ...request.headers },
        ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}
/** Text goes as it is (a batch), and so do bytes (a file); anything else as JSON. */
function contentOf(body) {
    if (body instanceof Uint8Array)
        return new Uint8Array(body);
    return typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
}
function required(name) {
    const value = process.env[name];
    if (value === undefined)
        throw new Error(`DATAVERSE_URL is set, so ${name} is needed too.`);
    return value;
}
//# sourceMappingURL=organisation.js.map
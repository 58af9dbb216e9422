import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
/** What the environments of a run take, and as much again. */
const leastBytes = 2 ** 31;
const memory = '/dev/shm';
/**
 * Where what a test writes and nobody keeps costs no wait for a disk: memory that is mounted as a folder, where there is one with enough room
 * (containers may have a few megabytes); else the usual place.
 */
export function memoryFolder() {
    try {
        accessSync(memory, constants.W_OK);
        const { bavail, bsize } = statfsSync(memory);
        return bavail * bsize >= leastBytes ? memory : tmpdir();
    }
    catch {
        return tmpdir();
    }
}
//# sourceMappingURL=memory-folder.js.map
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileText } from '../../src/scan/file-text.ts';
import { encode } from '../support/encode.ts';

async function textsOf(bytes: Uint8Array): Promise<string[]> {
  const read = await readFileText(bytes);
  assert.ok('texts' in read, `is told to be ${JSON.stringify(read)}`);
  return read.texts;
}
const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

test('UTF-8, UTF-16 and UTF-32 are read with and without a byte order mark', async () => {
  for (const text of [
    'disk full',
    'Störung: Größe 5 €',
    'Диск переполнен',
    'ディスク 100 %\n',
    '磁盘已满，请检查\r\n',
    '🔥 on web1',
  ]) {
    const forms: Record<string, Buffer> = {
      'UTF-8': Buffer.from(text),
      'UTF-8 with a mark': Buffer.from(`\ufeff${text}`),
      'UTF-16 LE with a mark': utf16(`\ufeff${text}`),
      'UTF-16 BE with a mark': swapped(utf16(`\ufeff${text}`)),
      'UTF-16 LE': utf16(text),
      'UTF-16 BE': swapped(utf16(text)),
      'UTF-32 LE': Buffer.concat([...`\ufeff${text}`].map((one) => int32(one, true))),
      'UTF-32 BE': Buffer.concat([...`\ufeff${text}`].map((one) => int32(one, false))),
    };
    for (const [form, bytes] of Object.entries(forms))
      assert.deepEqual(await textsOf(bytes), [text], `${form}: ${text}`);
  }
});

function int32(character: string, little: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  const code = character.codePointAt(0) ?? 0;
  if (little) bytes.writeUInt32LE(code);
  else bytes.writeUInt32BE(code);
  return bytes;
}

test('legacy encodings are read, even in short texts', async () => {
  const cases: [encoding: string, text: string][] = [
    ['windows-1252', 'Störung auf Server web1: Festplatte voll\n'],
    ['windows-1252', 'Störung'],
    ['windows-1252', 'Le disque est plein à 98 % – “événement” critique, 5 €'],
    ['windows-1252', 'Disco lleno: atención, señal de error ¿qué?'],
    ['windows-1250', 'Dysk jest pełny, błąd zapisu, proszę wyczyścić'],
    ['windows-1251', 'Диск переполнен, ошибка сервера'],
    ['windows-1251', '2026-11-28 ERROR Ошибка диска web1'],
    ['koi8-r', 'Диск переполнен, ошибка сервера'],
    ['ibm866', 'Ошибка диска'],
    ['windows-1253', 'Ο δίσκος είναι γεμάτος, σφάλμα'],
    ['windows-1255', 'הדיסק מלא שגיאה בשרת'],
    ['windows-1256', 'القرص ممتلئ خطأ في الخادم'],
    ['shift_jis', 'ディスクがいっぱいです'],
    ['shift_jis', 'ERROR 障害発生 web1'],
    ['euc-jp', 'ディスクの空き容量がありません。エラー'],
    ['euc-kr', '디스크 공간이 부족합니다. 오류'],
    ['euc-kr', '오류: 디스크'],
    ['gb18030', '磁盘已满，请检查服务器'],
    ['gb18030', '错误：磁盘已满'],
    ['big5', '磁碟已滿，請檢查伺服器'],
  ];
  for (const [encoding, text] of cases) {
    const texts = await textsOf(encode(encoding, text));
    assert.ok(texts.includes(text), `${encoding}: ${JSON.stringify(texts)}`);
    assert.ok(texts.length <= 5, `${texts.length} readings`);
  }
});

test('a large file is decoded in at most three encodings', async () => {
  const texts = await textsOf(encode('shift_jis', 'ディスクの空き容量がありません。\n'.repeat(2_000)));
  assert.match(texts[0] ?? '', /^ディスクの空き容量がありません。\n/);
  assert.ok(texts.length <= 3, `${texts.length} readings`);
});

test('UTF-8 with a few invalid bytes is still read as UTF-8', async () => {
  const log = Buffer.concat([Buffer.from([0x96]), Buffer.from('ディスクの空き容量がありません'.repeat(3))]);
  const [text] = await textsOf(log);
  assert.match(text ?? '', /ディスクの空き容量/);
});

test('terminal colours and holes of a rotated log are removed', async () => {
  assert.deepEqual(await textsOf(Buffer.from('\x1b[31mERR\x1b[0mOR disk \x1b[1;4mfull\x1b[m')), ['ERROR disk full']);
  assert.deepEqual(await textsOf(Buffer.from(`${'\0'.repeat(5_000)}disk full`)), ['\ndisk full']);
  assert.deepEqual(await textsOf(Buffer.alloc(0)), ['']);
});

test('binary files are recognised by their bytes, whatever their name', async () => {
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256));
  const cases: [Buffer, RegExp][] = [
    [Buffer.from('89504e470d0a1a0a0000000d', 'hex'), /PNG/],
    [Buffer.from('ffd8ffe000104a464946', 'hex'), /JPEG/],
    [Buffer.concat([Buffer.from('GIF89a'), Buffer.from([1, 0, 1, 0])]), /GIF/],
    [Buffer.from('%PDF-1.7\nplain'), /PDF/],
    [Buffer.from('504b030414000000', 'hex'), /ZIP/],
    [Buffer.from('1f8b0800', 'hex'), /gzip/],
    [Buffer.from('7f454c460201', 'hex'), /program/],
    [noise, /binary/],
    [Buffer.concat([noise, noise, noise]), /binary/],
  ];
  for (const [bytes, expected] of cases) {
    const read = await readFileText(bytes);
    assert.match('binary' in read ? read.binary : 'text', expected);
  }
  assert.deepEqual(await textsOf(Buffer.from('GIF89a is a format, BZh another')), ['GIF89a is a format, BZh another']);
});

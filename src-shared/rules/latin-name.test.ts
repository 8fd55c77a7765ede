// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinName } from './latin-name.ts';

describe('a name for the phone', () => {
  it.each([
    // fixtures of crm-connectors.md, sections 5.3 and 8.3
    ['Щербаков Юрий', 'Shcherbakov Yuriy'],
    ['Подъячев Олег', 'Podyachev Oleg'],
    ['Marta Ibarra', 'Marta Ibarra'],
    ['IBM', 'IBM'],
    // Cyrillic of three languages
    ['Коммерсантъ', 'Kommersant'],
    ['Соловьёв Артём', 'Solovyov Artyom'],
    ['Київ Григорій', 'Kyiv Hryhoriy'],
    ['КИЇВ', 'KYIV'],
    ['Згурський Михайло Є.', 'Zghurskyy Mykhaylo Ye.'],
    ['Ґудзь Їжак Васильєв', 'Gudz Yizhak Vasyliev'],
    ['България, Търговище', 'Balgariya Targovishche'],
    // Greek pairs
    ['Παπαδόπουλος Γιώργος', 'Papadopoulos Giorgos'],
    ['Ευάγγελος Μπάμπης', 'Evangelos Bampis'],
    ['ΕΥΑΓΓΕΛΟΣ', 'EVANGELOS'],
    ['Αυγή Παύλου', 'Avgi Pavlou'],
    ['Ευτυχία', 'Eftyhia'],
    ['Προϋπολογισμός', 'Proypologismos'],
    ['Σφίγξ Μελάγχρα', 'Sfinx Melanchra'],
    // other scripts: readable, or at least there
    ['王小明', 'Wang Xiao Ming'],
    ['김철수', 'gimceolsu'],
    ['שלום', 'shlvm'],
    ['José Núñez & Größe', 'Jose Nunez & Grosse'],
    ['Łukasz Đorđe Æsir', 'Lukasz Dorde AEsir'],
    ['İstanbul Şti.', 'Istanbul Sti.'],
    // letters in pieces, wide letters, marks on marks
    ['Jose\u0301 и\u0306од', 'Jose yod'],
    ['ａｂｃ１２', 'abc12'],
    ['Z\u0337\u0321\u031ba\u0338l\u0338go', 'Zalgo'],
    // what nobody says
    ['«Иван» № 5', 'Ivan No 5'],
    ["Sile O'Hara", 'Sile OHara'],
    ['“Ana” ’x’', 'Ana x'],
    ['😀 Ana 👨‍👩‍👧 🇪🇸', 'Ana'],
    ['\u202eanA\u202c \u200bB', 'anA B'],
    ['AT&T (Madrid), S.L.', 'AT&T Madrid S.L.'],
    // what means something elsewhere
    ['Eve" <sip:x@example.com>;tag=1', 'Eve sip x example.com tag 1'],
    ['Eve\r\nVia: SIP/2.0\tx\0y', 'Eve Via SIP/2.0 x y'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a dial plan would read it
    ['${EXTEN}|Eve\\,%41', 'EXTEN Eve 41'],
    ['=HYPERLINK("x")', 'HYPERLINK x'],
    ['Ana (101)', 'Ana 101'],
    // nothing left
    ['', ''],
    [' \t ', ''],
    ['---', ''],
    ['\'"<>', ''],
    ['😀', ''],
    ['\ud800', ''],
  ])('%j', (name, latin) => {
    expect(latinName(name, 40)).toBe(latin);
  });

  it.each([
    ['Maria de los Angeles Fernandez Gutierrez', 28, 'Maria de los Angeles'],
    ['Maria de los Angeles Fernandez Gutierrez', 20, 'Maria de los Angeles'],
    ['Maria de los Angeles Fernandez Gutierrez', 19, 'Maria de los'],
    ['A Hippopotomonstrosesquippedaliophobia', 20, 'A Hippopotomonstrose'],
    ['Щербакова', 5, 'Shche'],
    ['Ana', 0, ''],
    ['Ana', -1, ''],
  ])('%s in %d characters', (name, max, latin) => {
    expect(latinName(name, max)).toBe(latin);
  });

  it('is safe, short and the same again, whatever comes', () => {
    const unit = fc.constantFrom('binary', 'grapheme', 'grapheme-composite');
    const any = unit.chain((kind) => fc.string({ unit: kind, maxLength: 120 }));
    const word = fc.constantFrom(
      'Київ',
      'Ευ',
      '王',
      'x"',
      '<',
      'ъ',
      'ї',
      '\r\n',
      "d'",
      '. ',
      '\u202e',
      'Ana',
      '😀',
      '1',
    );
    const name = fc.oneof(
      any,
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(name, fc.integer({ min: 0, max: 200 }), (text, max) => {
        const latin = latinName(text, max);
        expect(latin).toMatch(/^([A-Za-z0-9][A-Za-z0-9 .&+/_#-]*)?$/);
        expect(latin).toBe(latin.trim());
        expect(latin.length).toBeLessThanOrEqual(max);
        expect(latinName(latin, max)).toBe(latin);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes a name of any length at once', () => {
    expect(latinName('Ж'.repeat(1_000_000), 40)).toBe('Zh'.repeat(20));
  });
});

package control

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/poterne/poterne/apigw"
)

// A file of API keys is CSV with a header; its columns are found by name,
// whatever the case (control plane §2.13).

// An importedKey is a row of such a file.
type importedKey struct {
	line        int
	value       string
	name        string
	description string
	enabled     bool
	plans       []string
}

// importApiKeys stores all rows that can be stored, or none when there are
// warnings and the call does not want any.
func (t *tx) importApiKeys(in *apigw.ImportApiKeysInput) (*apigw.ApiKeyIds, error) {
	rows, err := readKeys(in.Body)
	if err != nil {
		return nil, err
	}
	answer := &apigw.ApiKeyIds{Ids: []string{}}
	lines := map[string]int{} // by key
	for _, row := range rows {
		if first := lines[row.value]; first != 0 {
			answer.Warnings = append(answer.Warnings, fmt.Sprintf("line %d: the key of line %d again", row.line, first))
		}
		lines[row.value] = row.line
		id, warnings, err := t.importKey(row)
		var refused *apigw.Error
		if errors.As(err, &refused) {
			answer.Warnings = append(answer.Warnings, fmt.Sprintf("line %d: skipped: %s", row.line, refused.Message))
			continue
		}
		if err != nil {
			return nil, err
		}
		answer.Ids = append(answer.Ids, id)
		answer.Warnings = append(answer.Warnings, warnings...)
	}
	if err := t.checkKeyQuota(0); err != nil { // once, and rows may have overwritten
		return nil, err
	}
	if deref(in.FailOnWarnings) && len(answer.Warnings) > 0 {
		return nil, apigw.BadRequest("Warnings found during import:\n\t%s", strings.Join(answer.Warnings, "\n\t"))
	}
	return answer, nil
}

// importKey overwrites the key that has the row's value, or makes one.
func (t *tx) importKey(row importedKey) (id string, warnings []string, err error) {
	if row.value == "" {
		return "", nil, errShortKey()
	}
	if err := checkKeyValue(row.value); err != nil {
		return "", nil, err
	}
	index, err := load[keyIndex](t, t.valueKey(row.value))
	if err != nil {
		return "", nil, err
	}
	key := &storedKey{Made: t.deps.Now().UnixNano(), ApiKey: apigw.ApiKey{Value: &row.value, StageKeys: []string{}}}
	if index != nil {
		if key, err = t.storedKey(index.Id); err != nil {
			return "", nil, err
		}
	}
	key.Name, key.Description, key.Enabled = optional(row.name), optional(row.description), &row.enabled
	if err := t.checkApiKey(&key.ApiKey); err != nil {
		return "", nil, err
	}
	store := t.addApiKey
	if index != nil {
		store = t.saveApiKey
	}
	if err := store(key); err != nil {
		return "", nil, err
	}
	warnings, err = t.joinPlans(*key.Id, row)
	return *key.Id, warnings, err
}

// joinPlans puts a key into the plans of its row. One that refuses it is
// passed over with a warning.
func (t *tx) joinPlans(id string, row importedKey) (warnings []string, err error) {
	for _, plan := range row.plans {
		there, err := t.has(t.memberStoreKey(plan, id))
		if err != nil {
			return nil, err
		}
		if there {
			continue
		}
		_, err = t.createUsagePlanKey(&apigw.CreateUsagePlanKeyInput{UsagePlanId: plan, KeyId: id, KeyType: apiKeyType})
		var refused *apigw.Error
		if errors.As(err, &refused) {
			warnings = append(warnings, fmt.Sprintf("line %d: usage plan %s: %s", row.line, plan, refused.Message))
		} else if err != nil {
			return nil, err
		}
	}
	return warnings, nil
}

// readKeys reads the file; what is wrong is told with its line.
func readKeys(body []byte) ([]importedKey, error) {
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	in.TrimLeadingSpace = true
	in.FieldsPerRecord = -1
	header, err := in.Read()
	if err != nil {
		return nil, errKeyFile(err)
	}
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range []string{"Key", "Name"} {
		if _, ok := columns[strings.ToLower(name)]; !ok {
			return nil, apigw.BadRequest("Invalid API key file: the column %s is missing", name)
		}
	}
	var rows []importedKey
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, errKeyFile(err)
		}
		line, _ := in.FieldPos(0)
		rows = append(rows, readKey(columns, joinQuoted(record), line))
	}
}

// joinQuoted puts fields together that single quotes enclose, which the format
// allows beside double ones.
func joinQuoted(record []string) []string {
	var fields []string
	for i := 0; i < len(record); i++ {
		field := record[i]
		if last := closingField(record[i:]); last >= 0 {
			field = strings.Trim(strings.Join(record[i:i+last+1], ","), "'")
			i += last
		}
		fields = append(fields, field)
	}
	return fields
}

// closingField is the first of the fields that ends the quote which the first
// begins, -1 where none is begun or ended.
func closingField(fields []string) int {
	if !strings.HasPrefix(fields[0], "'") || fields[0] == "'" {
		return -1
	}
	return slices.IndexFunc(fields, func(field string) bool { return strings.HasSuffix(field, "'") })
}

func errKeyFile(err error) error {
	if errors.Is(err, io.EOF) {
		return apigw.BadRequest("Invalid API key file: it is empty")
	}
	return apigw.BadRequest("Invalid API key file: %s", err.Error())
}

func readKey(columns map[string]int, record []string, line int) importedKey {
	field := func(name string) string {
		if at, ok := columns[name]; ok && at < len(record) {
			return strings.TrimSpace(record[at])
		}
		return ""
	}
	row := importedKey{
		line:        line,
		value:       field("key"),
		name:        field("name"),
		description: field("description"),
		enabled:     !strings.EqualFold(field("enabled"), "false"),
	}
	for plan := range strings.SplitSeq(field("usageplanids"), ",") {
		if plan = strings.TrimSpace(plan); plan != "" {
			row.plans = append(row.plans, plan)
		}
	}
	return row
}

import '../../../web/styles.css';
import { createApp } from 'vue';
import IncidentsPage from './IncidentsPage.vue';

createApp(IncidentsPage).mount('#app');
